"""Print lines in which no character of a plan, document or account can forge or hide output."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, TextIO

__all__ = ["never_fail_to_encode", "print_error", "print_json", "print_line", "printable"]


def printable(text: str) -> str:
    r"""Return `text` with escapes such as ``\n`` for all characters that are not printable.

    Line breaks, terminal escapes, characters that change the direction of text, and characters that
    no encoding can represent are escaped.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )


def print_line(text: str = "", *, file: TextIO | None = None) -> None:
    """Print one line, with escapes for all characters that are not printable.

    Args:
        text: The line. A line break in it is escaped as well.
        file: The stream, flushed after the line. None: stdout, not flushed.
    """
    print(printable(text), file=file, flush=file is not None)


def print_json(value: Any) -> None:
    """Print a value as JSON that consists of ASCII characters only."""
    print(json.dumps(value, indent=2))


def print_error(message: str) -> None:
    """Print the message of a user error to stderr.

    A message can have several lines. All but the first are indented, so that none of them looks
    like the beginning of another message.
    """
    first, *others = f"navra: {message}".split("\n")
    print_line(first, file=sys.stderr)
    for line in others:
        print_line(line if line.startswith(" ") or not line else f"  {line}", file=sys.stderr)


def never_fail_to_encode() -> None:
    """Let stdout and stderr escape the characters that the terminal's encoding does not contain."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
