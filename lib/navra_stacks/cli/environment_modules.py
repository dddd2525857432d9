"""Import the module of environments, and report the invalid settings of all of them together."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from textwrap import indent
from types import ModuleType

from navra_stacks.cli.user_code import describe_user_error, failing_place
from navra_stacks.errors import NavraError, SettingsError
from navra_stacks.settings.model.error_collection import collected_errors

__all__ = ["import_environments"]


def import_environments(name: str) -> ModuleType:
    """Import a module that defines environments, or a package whose modules define them.

    Raises:
        NavraError: settings are invalid, or a module cannot be imported because of its own code.
            The message has the problems of every environment, also if an invalid part of one of
            them or an exception ends the import.
        ModuleNotFoundError: the module `name` does not exist.
    """
    with collected_errors() as errors:
        try:
            module = import_module(name)
        except Exception as error:
            messages = _messages(errors, error)
            if not messages:
                raise
            messages += [text for text in _messages_of_modules(name) if text not in messages]
            cause = None if isinstance(error, SettingsError) else error
            raise _together(messages) from cause
    if errors:
        raise _together(_messages(errors))
    return module


def _together(messages: Sequence[str]) -> NavraError:
    """Return one error; all messages but the first are indented."""
    first, *others = messages
    return NavraError("\n".join([first, *(indent(message, "  ") for message in others)]))


def _messages(collected: list[SettingsError], raised: Exception | None = None) -> list[str]:
    """Return the messages of errors, the one that ended an import with its file and line.

    An environment whose error was collected raises the same problems once more when it is read.
    Empty if the import ended with an exception that the user's code does not cause.
    """
    messages = [str(error) for error in collected]
    if isinstance(raised, SettingsError):
        if all(error.problems != raised.problems for error in collected):
            messages.append(f"{failing_place(raised)}: {raised}")
    elif raised is not None:
        description = None if isinstance(raised, NavraError) else describe_user_error(raised)
        return [] if description is None else [*messages, description]
    return messages


def _messages_of_modules(package: str) -> Iterator[str]:
    """Yield the messages of each module that a package imports which cannot be imported itself.

    Other modules in the directory of the package can be programs, which an import would run. A
    module that fails for another reason than its settings is skipped.
    """
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None or spec.origin is None:
        return
    known = {*sys.modules}
    for module in _imported_modules(package, Path(spec.origin)):
        stub = ModuleType(package)
        stub.__path__ = list(spec.submodule_search_locations)
        sys.modules[package] = stub
        with collected_errors() as errors:
            raised = None
            try:
                import_module(f"{package}.{module}")
            except SettingsError as error:
                raised = error
            except Exception:
                continue
            finally:
                for name in {*sys.modules} - known:
                    if name == package or name.startswith(f"{package}."):
                        del sys.modules[name]
        yield from _messages(errors, raised)


def _imported_modules(package: str, source: Path) -> list[str]:
    """Return the names of the modules of a package that its ``__init__`` imports.

    Args:
        package: The name of the package.
        source: The file of its ``__init__``.
    """
    try:
        tree = ast.parse(source.read_bytes())
    except SyntaxError:
        return []
    paths: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            paths += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level <= 1:
            base = ".".join(filter(None, [package if node.level else None, node.module]))
            # A name is a module only if the base is the package.
            paths += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    inside = [path.removeprefix(f"{package}.") for path in paths if path.startswith(f"{package}.")]
    names = dict.fromkeys(path.partition(".")[0] for path in inside)
    return sorted(name for name in names if _is_module(source.parent, name))


def _is_module(directory: Path, name: str) -> bool:
    return (directory / f"{name}.py").is_file() or (directory / name).is_dir()
