"""The stack class of an environment, and the class that wrote a document."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

from navra_stacks.errors import NavraError, suggest
from navra_stacks.files import write_file
from navra_stacks.stacks.output_directory import HCL_METADATA

__all__ = [
    "METADATA",
    "OtherStackClassError",
    "Output",
    "check_stack_class",
    "construct_stack",
    "load_class",
    "record_in_metadata",
    "report_node_errors_of",
    "writing_to",
]

METADATA = "//.metadata.stack_class"
"""The place of the class's name in a document, as a path of `add_override`."""


class OtherStackClassError(NavraError):
    """Raised if another stack class wrote a document than the class that would replace it."""


class Output(NamedTuple):
    """Where the documents of stacks are written."""

    directory: Path
    """The output directory, which contains ``stacks``."""

    replace: bool = False
    """Whether a stack may replace a document of another stack class."""

    def document(self, stack: str) -> Path:
        """Return the path of a stack's Terraform JSON document."""
        return self.directory / "stacks" / stack / "cdk.tf.json"


_output: ContextVar[Output | None] = ContextVar("output", default=None)


@contextmanager
def writing_to(output: Output) -> Iterator[None]:
    """Check the stacks that are constructed in this scope against the documents in `output`.

    A stack that is constructed elsewhere is checked against the output directory of its app.
    """
    token = _output.set(output)
    try:
        yield
    finally:
        _output.reset(token)


def check_stack_class(stack: str, class_name: str, app_directory: Callable[[], str]) -> None:
    """Refuse to replace a document that another stack class wrote.

    The other class may have added resources, which the next apply would destroy. A document that
    does not name its class was written by an earlier version and can be replaced.

    Args:
        stack: The name of the stack.
        class_name: The name of the class that is about to write the document.
        app_directory: Returns the output directory of the stack's app; called outside `writing_to`.

    Raises:
        OtherStackClassError: the document names another class.
    """
    output = _output.get() or Output(Path(app_directory()))
    if output.replace:
        return
    path = output.document(stack)
    recorded = _recorded_class(path)
    if recorded not in (None, class_name):
        raise OtherStackClassError(
            f"{path} was written by the stack class {recorded}, and {class_name} would replace it; "
            f"the next apply would destroy the resources that only {recorded} creates. Set "
            f"`stack_class` of the environment to {recorded}, or, if {class_name} is correct, pass "
            "--replace to `navra synth`, replace=True to `synthesize`, or delete the file"
        )


def record_in_metadata(directory: Path, class_name: str) -> None:
    """Add the name of the stack class to the metadata that cdktf writes beside HCL."""
    path = directory / HCL_METADATA
    metadata = json.loads(path.read_bytes())
    metadata["//"]["metadata"]["stack_class"] = class_name
    write_file(path, json.dumps(metadata, indent=2))


def _recorded_class(path: Path) -> str | None:
    """Return the stack class of the JSON document at `path`, or of the HCL in its directory."""
    source = path if path.exists() else path.with_name(HCL_METADATA)
    try:
        document: Any = json.loads(source.read_bytes())
    except (OSError, ValueError):
        return None
    for key in METADATA.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, str) else None


def load_class(reference: str, base: type) -> type[Any]:
    """Import a stack class.

    Args:
        reference: The class as ``MODULE:CLASS``.
        base: The class that it must extend.

    Raises:
        NavraError: the module or the class does not exist, or does not extend `base`.
    """
    module_name, _, name = reference.partition(":")
    if not module_name or not name:
        raise NavraError(f"stack class {reference}: write it as MODULE:CLASS")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if not f"{module_name}.".startswith(f"{error.name}."):  # an import of the module failed
            raise
        raise NavraError(
            f"stack class {reference}: there is no module {module_name!r} in the current directory "
            "or on the Python path"
        ) from None
    found = getattr(module, name, None)
    if isinstance(found, type) and issubclass(found, base):
        return found
    classes = [
        other
        for other, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    ]
    close = suggest(name, classes) or next(iter(classes), None)
    raise NavraError(
        f"stack class {reference}: {module_name}.{name} is not a class that extends "
        f"{base.__name__}" + (f"; did you mean {close}?" if close else "")
    )


def construct_stack(kind: type[Any], base: type, *arguments: object) -> Any:
    """Construct a stack.

    Args:
        kind: The stack class.
        base: The class of the library that `kind` is or extends.
        arguments: The arguments of `base`.

    Raises:
        NavraError: `kind` does not accept the arguments, or does not call a method of `base` that
            it overrides.
    """
    accepted = ", ".join([*inspect.signature(vars(base)["__init__"]).parameters][1:])
    try:
        inspect.signature(kind.__init__).bind(None, *arguments)
    except TypeError:
        raise NavraError(
            f"stack class {kind.__name__}: its __init__ does not accept the arguments of "
            f"{base.__name__}; write `def __init__(self, {accepted})`"
        ) from None
    try:
        stack = kind(*arguments)
    except AttributeError as error:
        if error.name != "__jsii_ref__":  # it is set by the __init__ of CDKTF's stack
            raise
        raise _missing_call(kind, base, "__init__", accepted) from None
    if "existing" not in vars(stack):  # the last attribute that `compose` of the base sets
        raise _missing_call(kind, base, "compose", "")
    return stack


def _missing_call(kind: type, base: type, method: str, arguments: str) -> NavraError:
    return NavraError(
        f"stack class {kind.__name__}: its {method} does not call that of {base.__name__}; "
        f"add `super().{method}({arguments})`"
    )


@contextmanager
def report_node_errors_of(kinds: Sequence[type], base: type) -> Iterator[None]:
    """Convert an error of CDKTF into a NavraError with the name of the stack class.

    CDKTF reports an error such as two constructs with one name after the line that causes it, or,
    from an aspect, without that line. Without a stack class of the user, the error is a bug.

    Args:
        kinds: The classes of the stacks.
        base: The class of the library that they are or extend.
    """
    try:
        yield
    except RuntimeError as error:
        own = [kind for kind in dict.fromkeys(kinds) if kind is not base]
        files = {inspect.getsourcefile(kind) for kind in own}
        has_line = any(f.f_code.co_filename in files for f, _ in walk_tb(error.__traceback__))
        if type(error.__cause__).__name__ != "JavaScriptError" or not own or has_line:
            raise
        names = " or ".join(f"{kind.__module__}:{kind.__name__}" for kind in own)
        raise NavraError(
            f"stack class {names}: CDKTF reports: {' '.join(str(error).split())}; correct the "
            "constructs that the class adds, or, if the error also occurs with --stack-class "
            f"navra_stacks:{base.__name__}, report it"
        ) from error
