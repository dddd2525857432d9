"""The text of a module that jsii generated, in pieces: one for each class that it declares.

A generated module is a head (imports and ``__all__``), some dozens of classes, and a stub for each
function that checks its arguments. A program uses a few of the classes. Where each begins and ends
shows in the text alone, since all of them begin in the first column.
"""

import __future__

import builtins
import re
from collections.abc import Iterator
from types import CodeType

__all__ = ["Pieces", "UnknownModuleError"]

_DOCSTRING = re.compile(r"\s*r?'''.*?'''\n", re.DOTALL)
_STATEMENT = re.compile(
    r"^(?:(?P<decorator>@)"
    r"|class (?P<kind>\w+)"
    r"|def (?P<stub>_typecheckingstub__\w+)"
    r"|typing\.cast\(typing\.Any, (?P<proxied>\w+)\)\.__jsii_proxy_class__ = "
    r"|(?P<publish>publication\.publish\(\)$)"
    r"|\w)",
    re.MULTILINE,
)
_PUBLISH = "publication.publish"
_PATH = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
_TYPE = re.compile(r'\bjsii_type="([^"]+)\.\w+"')


class UnknownModuleError(Exception):
    """A module that is not laid out as jsii's generator does it."""


class Pieces:
    """A module's text, and where in it each piece lies."""

    prefix: str
    """What the jsii names of its types have in common: ``@cdktf/provider-aws.lb``."""

    def __init__(self, text: str, file: str) -> None:
        """Cut it up.

        Args:
            text: The module's.
            file: Where it lies, as tracebacks name it.

        Raises:
            UnknownModuleError: it is laid out in another way.
        """
        self._text = text
        self._file = file
        self._at: dict[str, tuple[int, int]] = {}
        self._head = ""
        at = 0
        for name, start, end in self._found():
            # What is not there is looked for among the builtins first.
            if name in self._at or name in vars(builtins) or text.count("'''", start, end) % 2:
                raise UnknownModuleError(f"{file} declares {name} in another way")
            self._at[name] = (start, end)
            self._head += text[at:start] + "\n" * text.count("\n", start, end)
            at = end
        self._head += text[at:]
        prefixes = set(_TYPE.findall(text))
        if not prefixes or self._at.pop(_PUBLISH, None) is None or "__all__ = [" not in self._head:
            raise UnknownModuleError(f"{file} declares nothing of jsii's")
        self.prefix = min(prefixes, key=len)

    def _found(self) -> Iterator[tuple[str, int, int]]:
        """Each piece, and the statement with which the module publishes itself."""
        docstring = _DOCSTRING.match(self._text)
        name, start, decorated = None, 0, False
        for found in _STATEMENT.finditer(self._text, docstring.end() if docstring else 0):
            if decorated and found.lastgroup == "decorator":
                continue
            if decorated and found.lastgroup != "kind":
                raise UnknownModuleError(f"{self._file} decorates something else than a class")
            if name is not None and name == found["proxied"]:
                continue  # it completes the class above it
            if name is not None:
                yield name, start, found.start()
                name = None
            if not decorated:
                start = found.start()
            decorated = found.lastgroup == "decorator"
            if found.lastgroup == "publish":
                yield _PUBLISH, start, found.end()
            elif found.lastgroup in ("kind", "stub"):
                name = found["kind"] or found["stub"]
        if name is not None:
            yield name, start, len(self._text)

    def head(self) -> CodeType:
        """What the module does when it is imported, but for publishing itself."""
        # A submodule would look for more of itself along its package's path. That has one place:
        # only the package's own `__init__`, which is not run, would add others.
        head = self._head.replace(_PATH, "\n\n", 1) if "." in self.prefix else self._head
        return self._compiled(head)

    def code(self, name: str) -> CodeType:
        """What declares a class or a stub.

        Raises:
            KeyError: the module has none of that name.
        """
        start, end = self._at[name]
        return self._compiled("\n" * self._text.count("\n", 0, start) + self._text[start:end])

    def _compiled(self, text: str) -> CodeType:
        # Annotations stay text: most are never looked at, and all of them take long to evaluate.
        flags = __future__.annotations.compiler_flag
        code: CodeType = compile(text, self._file, "exec", flags, dont_inherit=True)
        return code
