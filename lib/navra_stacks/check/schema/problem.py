"""A problem of one argument, and helpers for messages about values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from navra_stacks.check.finding import Severity
from navra_stacks.errors import suggest

__all__ = ["NOUNS", "Problem", "is_expression", "quoted", "similar", "typed"]


NOUNS = {"data": "data source", "resource": "resource"}
"""The kinds of blocks as in messages."""


class Problem(NamedTuple):
    """What is wrong with one argument of a body."""

    argument: str
    """The path of the argument in the body, for example ``health_check[0].path``."""

    message: str
    repair: str
    severity: Severity = Severity.HIGH


def is_expression(value: Any) -> bool:
    """Return True for a string with a template, whose value is not known before a plan."""
    if not isinstance(value, str) or ("${" not in value and "%{" not in value):
        return False
    literal = value.replace("$${", "").replace("%%{", "")
    return "${" in literal or "%{" in literal


def quoted(value: Any) -> str:
    """Return a value for a message, as JSON; a long one is shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def typed(value: Any) -> str:
    """Return the type and the value of a JSON value for a message, for example ``number 3``."""
    match value:
        case bool():
            return f"bool {quoted(value)}"
        case int() | float():
            return f"number {quoted(value)}"
        case str():
            return f"string {quoted(value)}"
        case list():
            return f"list {quoted(value)}"
        case dict():
            return f"object {quoted(value)}"
    return "null"


def similar(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that is most similar to an unknown one, or None.

    A name with another separator (``vpc-id``) or in camel case (``vpcId``) is similar.
    """
    names = list(known)
    plain = {other.replace("_", "").casefold(): other for other in names}
    same = plain.get(name.replace("_", "").replace("-", "").casefold())
    return same or suggest(name, names, cutoff=cutoff)
