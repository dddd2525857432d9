"""Check a literal value against the type of its argument, as Terraform converts values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from navra_stacks.check.schema.problem import Problem, is_expression, quoted, typed
from navra_stacks.check.schema.provider_schema import Kind

__all__ = ["described", "scalar_problem", "wrong_kind"]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BOOLS = ("true", "false", "1", "0")
_NOUNS = {"any": "value"}


def described(kind: Kind) -> str:
    """Return a type for a message, for example ``list of strings``."""
    if kind.element is not None:
        return f"{kind.name} of {described(kind.element)}s"
    return _NOUNS.get(kind.name, kind.name)


def scalar_problem(argument: str, kind: Kind, value: Any) -> Iterator[Problem]:
    """Yield the problem of a value that is not a string, number or bool as required."""
    if kind.name == "any" or value is None or is_expression(value):
        return
    if isinstance(value, (dict, list)):
        repair = f"set it to a {described(kind)}"
        if kind.name == "string" and isinstance(value, dict):
            repair = "encode the object with jsonencode() or json.dumps()"
        elif isinstance(value, list) and len(value) == 1:
            repair = f"set it to {quoted(value[0])}"
        yield wrong_kind(argument, kind, value, repair)
    elif kind.name == "number":
        is_number = isinstance(value, str) and _NUMBER.fullmatch(value)
        if isinstance(value, bool) or (isinstance(value, str) and not is_number):
            yield wrong_kind(argument, kind, value, "set it to a number")
    elif kind.name == "bool" and not isinstance(value, bool) and value not in _BOOLS:
        yield wrong_kind(argument, kind, value, "set it to true or false")


def wrong_kind(argument: str, kind: Kind, value: Any, repair: str) -> Problem:
    """Return the problem of a value that has another type than its argument."""
    return Problem(argument, f"it must be a {described(kind)}, not the {typed(value)}", repair)
