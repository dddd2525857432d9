"""Read the literal parts of a Terraform expression: objects, lists, strings, ``jsonencode``."""

from __future__ import annotations

import re
from typing import Any

from navra_stacks.terraform.hcl_fixes import end_of_expression

__all__ = ["parse_literal"]

_SPACE = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_SCALAR = re.compile(r"(true|false|null)\b|(-?\d+(?:\.\d+)?)(?![\w.])")
_KEY = re.compile(r"[A-Za-z_][\w-]*")
_END = re.compile(r"[ \t]*(?=[,)\]}\n#]|//|/\*|$)")
_CALL = re.compile(r"(jsonencode|tolist|toset)\(")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def parse_literal(expression: str) -> Any:
    """Return the value of an expression, with ``${...}`` for each part that is not a literal.

    ``jsonencode(X)``, ``tolist(X)`` and ``toset(X)`` have the value of ``X``.

    Raises:
        ValueError: the expression is neither a literal nor one of these calls.
    """
    value, end = _Parser(expression).value(0)
    if expression[end:].strip() or (isinstance(value, str) and value == f"${{{expression}}}"):
        raise ValueError(f"{expression!r} is not a literal")
    return value


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, at: int) -> tuple[Any, int]:
        """Return the value at a position and the position after it."""
        at = self._skip(at)
        if (call := _CALL.match(self.text, at)) is not None:
            inner, end = self.value(call.end())
            end = self._skip(end)
            if self.text[end : end + 1] == ")" and self._ends(end + 1):
                return inner, end + 1
        elif self.text[at : at + 1] == "{":
            if self.text[at + 1 : at + 5].split() != ["for"]:
                return self._object(at + 1)
        elif self.text[at : at + 1] == "[":
            if self.text[at + 1 : at + 5].split() != ["for"]:
                return self._list(at + 1)
        elif self.text[at : at + 1] == '"':
            string, end = self._string(at + 1)
            if self._ends(end):
                return string, end
        elif (scalar := _SCALAR.match(self.text, at)) is not None and self._ends(scalar.end()):
            if scalar[1] is not None:
                return _CONSTANTS[scalar[1]], scalar.end()
            return float(scalar[2]) if "." in scalar[2] else int(scalar[2]), scalar.end()
        return self._other(at)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found is not None else at

    def _ends(self, at: int) -> bool:
        """Return True if a value can end here: no operator, index or attribute follows."""
        return _END.match(self.text, at) is not None

    def _object(self, at: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        while True:
            at = self._skip(at)
            if self.text[at : at + 1] == "}":
                return found, at + 1
            if self.text[at : at + 1] == '"':
                key, at = self._string(at + 1)
            elif (name := _KEY.match(self.text, at)) is not None:
                key, at = name[0], name.end()
            else:
                raise ValueError("an object has a key that is not a literal")
            at = self._skip(at)
            if self.text[at : at + 1] not in ("=", ":"):
                raise ValueError(f"the key {key} has no value")
            found[key], at = self.value(at + 1)
            at = self._separator(at)

    def _list(self, at: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        while True:
            at = self._skip(at)
            if self.text[at : at + 1] == "]":
                return found, at + 1
            value, at = self.value(at)
            found.append(value)
            at = self._separator(at)

    def _separator(self, at: int) -> int:
        at = self._skip(at)
        if at >= len(self.text):
            raise ValueError("a list or an object has no end")
        return at + 1 if self.text[at] == "," else at

    def _string(self, at: int) -> tuple[str, int]:
        parts: list[str] = []
        while at < len(self.text) and self.text[at] != '"':
            if self.text[at] == "\\":
                parts.append(_ESCAPES.get(self.text[at + 1 : at + 2], self.text[at : at + 2]))
                at += 2
            elif self.text.startswith("${", at) and not self.text.startswith("$${", at - 1):
                end = end_of_expression(self.text, at + 2)
                parts.append(self.text[at:end])
                at = end
            else:
                parts.append(self.text[at])
                at += 1
        if at >= len(self.text):
            raise ValueError("a string has no end")
        return "".join(parts), at + 1

    def _other(self, at: int) -> tuple[str, int]:
        """Return an expression that is not a literal as ``${...}``."""
        start, expected = at, list[str]()
        while at < len(self.text):
            letter = self.text[at]
            if letter == '"':
                _, at = self._string(at + 1)
                continue
            if letter in _BRACKETS:
                expected.append(_BRACKETS[letter])
            elif letter in ")]}":
                if not expected or expected.pop() != letter:
                    break
            elif letter in ",\n" and not expected:
                break
            at += 1
        if at == start:
            raise ValueError("an expression is empty")
        return f"${{{self.text[start:at].strip()}}}", at
