"""The stack class of an environment, and the class that wrote a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from navra_stacks.errors import NavraError, suggest
from navra_stacks.files import write_file
from navra_stacks.stacks.output_directory import HCL_METADATA

__all__ = [
    "METADATA",
    "OtherStackClassError",
    "Output",
    "check_stack_class",
    "load_class",
    "record_in_metadata",
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
