"""Exceptions in the user's own code: the module of the environments, a stack class, a program."""

from __future__ import annotations

import builtins
import re
import sys
import sysconfig
from functools import cache
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from navra_stacks.errors import did_you_mean

__all__ = ["describe_user_error", "failing_place"]

_LIBRARY = Path(__file__).parents[1]
_JSII = _LIBRARY.with_name("navra_jsii")
_LONGEST = 400
_COMPILE = "source_to_code"
"""The function of importlib that compiles the file `path`. The error about a file that is not text
does not contain the path."""

_ACCESS = {"__getattr__", "__setattr__", "__delattr__", "_raise_frozen"}


def describe_user_error(error: BaseException) -> str | None:
    """Return the place in the user's code, the error and its repair, as one line.

    None if the exception comes from this library, or if no code of the user was running.
    """
    frames = [(Path(f.f_code.co_filename), line, f) for f, line in walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        compiled = [f.f_locals.get("path") for _, _, f in frames if f.f_code.co_name == _COMPILE]
        file = Path(str(error.filename or next(iter(compiled), "")))
        if _is_users(file):
            where = f"{_shown(file)}:{error.lineno}" if error.filename else str(_shown(file))
            return f"{where}: {_text(error)}; {_syntax_repair(error)}"
    while frames and not _is_users(frames[-1][0]):
        file, _, frame = frames.pop()
        if _is_library(file) and not _is_neutral(file, frame):
            return None
    if not frames:
        return None
    file, line, frame = frames[-1]
    repair = _repair(error, frame)
    return f"{_shown(file)}:{line}: {_text(error)}{repair and f'; {repair}'}"


def _is_neutral(file: Path, frame: FrameType) -> bool:
    """Return whether a frame of the library only passes on what the user's code has called.

    navra_jsii passes on the calls of constructs. The methods for attributes and items refuse the
    access to names that do not exist, and changes of settings.
    """
    return _JSII in file.parents or frame.f_code.co_name in _ACCESS


def failing_place(error: BaseException) -> str:
    """Return the file and the line of the innermost statement that is not the library's."""
    places = [
        (file, line)
        for frame, line in walk_tb(error.__traceback__)
        if (file := Path(frame.f_code.co_filename)).is_file()
        and not _is_library(file)
        and "pydantic" not in file.parts
    ]
    file, line = ([place for place in places if _is_users(place[0])] or places)[-1]
    return f"{_shown(file)}:{line}"


def _is_library(file: Path) -> bool:
    return not {_LIBRARY, _JSII}.isdisjoint(file.parents)


@cache
def _is_users(file: Path) -> bool:
    """Return whether a file is part of neither this library, an installed package nor Python."""
    installed = {"site-packages", "dist-packages"} & {*file.parts}
    python = Path(sysconfig.get_path("stdlib"))
    return not (installed or file.is_relative_to(python) or _is_library(file)) and (file.is_file())


def _shown(file: Path) -> Path:
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _text(error: BaseException) -> str:
    # Imported here, because most commands end without an error.
    from navra_stacks.settings.model.credentials import redact_credentials

    message = str(error.msg if isinstance(error, SyntaxError | ImportError) else error)
    # An ImportError ends with the path of the module.
    message = re.sub(r" \(/[^()]*\)$", "", " ".join(redact_credentials(message).split()))
    message = message if len(message) <= _LONGEST else f"{message[: _LONGEST - 3]}..."
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _syntax_repair(error: SyntaxError) -> str:
    return "correct the line" if error.filename else "save the file as UTF-8"


def _repair(error: BaseException, frame: FrameType) -> str:
    """Return the repair for an unknown name or module; empty for other exceptions."""
    if isinstance(error, ModuleNotFoundError):
        return "correct the name, or install the package"
    missing, known = _missing_name(error, frame)
    if isinstance(error, NameError) and missing in _public_names():
        return f"write `from navra_stacks import {missing}`"
    return did_you_mean(missing, known)


def _missing_name(error: BaseException, frame: FrameType) -> tuple[str, set[str]]:
    """Return the unknown name that caused an exception, and the names that exist there."""
    if isinstance(error, NameError):
        known = {*frame.f_globals, *frame.f_locals, *vars(builtins), *_public_names()}
        return error.name or "", known
    if isinstance(error, AttributeError):
        return error.name or "", {name for name in dir(error.obj) if not name.startswith("_")}
    if isinstance(error, ImportError):
        found = re.match(r"cannot import name '(\w+)'", str(error))
        known = {*dir(sys.modules.get(error.name or ""))}
        return (found[1] if found else ""), known
    return "", set()


def _public_names() -> list[str]:
    import navra_stacks

    return list(vars(navra_stacks)["__all__"])
