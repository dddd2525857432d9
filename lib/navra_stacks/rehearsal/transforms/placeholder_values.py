"""Values for the variables that a document asks for and nobody gave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator.client import ACCOUNT

__all__ = ["VariableError", "given_values", "stand_ins"]

CANDIDATES = (
    "rehearsal",
    ACCOUNT,
    "1",
    "1.0.0",
    "rehearsal/rehearsal",
    "rehearsal@example.com",
    "rehearsal.example.com",
    "https://rehearsal.example.com",
    "10.0.0.0/16",
    "us-east-1",
    "us-east-1a",
    "t3.micro",
    "vpc-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "ami-0123456789abcdef0",
    f"arn:aws:iam::{ACCOUNT}:role/rehearsal",
    f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
    "0" * 40,
)
"""Texts among which the first is taken that a variable's validation accepts."""


class VariableError(NavraError):
    """A variable that is unknown, badly written, or for which no value can be made up."""


def given_values(document: Mapping[str, Any], words: list[str]) -> dict[str, Any]:
    """What ``--var NAME=VALUE`` gives, each read as its variable's type.

    Raises:
        VariableError: one is not written so, names no variable, or is not of its type.
    """
    declared = document.get("variable") or {}
    values: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise VariableError(f"--var {word}: write it as NAME=VALUE")
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise VariableError(f"--var {word}: there is no variable {name!r}; there are: {known}")
        if _type(declared[name]) in ("string", "any"):
            values[name] = text
            continue
        try:
            values[name] = json.loads(text)
        except ValueError:
            raise VariableError(
                f"--var {word}: {name} is of type {_type(declared[name])}; "
                'write it as JSON: ["a", "b"], 3, true'
            ) from None
    return values


def stand_ins(document: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each variable that has no default and is not given.

    Raises:
        VariableError: none can be made up for one of them.
    """
    return {
        name: _stand_in(name, about)
        for name, about in sorted((document.get("variable") or {}).items())
        if "default" not in about and name not in given
    }


def _stand_in(name: str, about: Mapping[str, Any]) -> Any:
    conditions = [one.get("condition", "") for one in _validations(about)]
    listed = (value for one in conditions for value in _listed(str(one), name) or ())
    for value in chain(_values(_type(about)), listed):
        if all(_accepts(str(condition), name, value) for condition in conditions):
            return value
    raise VariableError(
        f"variable {name} has no default, and a rehearsal finds no value that its type "
        f"({_type(about)}) and its validation accept; give one: --var {name}=VALUE"
    )


def _type(about: Mapping[str, Any]) -> str:
    return re.sub(r"\s|\$\{|\}$", "", str(about.get("type", "string")))


def _validations(about: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = about.get("validation") or []
    return [found] if isinstance(found, dict) else list(found)


def _values(type_: str) -> Iterator[Any]:
    """Values of a type, the plainest first."""
    outer, _, inner = type_.partition("(")
    if outer in ("string", "any"):
        yield from CANDIDATES
    elif outer == "number":
        yield from (1, 10, 80, 443, 1024)
    elif outer == "bool":
        yield from (True, False)
    elif outer in ("list", "set"):
        yield from ([value] for value in _values(inner.removesuffix(")")))
    elif outer == "map":
        yield from ({"rehearsal": value} for value in _values(inner.removesuffix(")")))


def _accepts(condition: str, name: str, value: Any) -> bool:
    """Whether a validation accepts a value, as far as its patterns and comparisons are read here.

    What is not understood is left to Terraform, which says so.
    """
    texts = [str(one) for one in (value if isinstance(value, list) else [value])]
    for written in re.findall(r'regex\("((?:[^"\\]|\\.)*)"', condition):
        try:
            pattern = re.compile(json.loads(f'"{written}"'))
        except (ValueError, re.error):
            continue
        if not all(pattern.search(text) for text in texts):
            return False
    return (listed := _listed(condition, name)) is None or value in listed


def _listed(condition: str, name: str) -> list[Any] | None:
    """The values among which a validation wants one, where it lists them."""
    listed = re.search(rf"contains\((\[[^\]]*\]),\s*var\.{re.escape(name)}\)", condition)
    if listed is None:
        return None
    try:
        return list(json.loads(re.sub(r",\s*\]$", "]", listed[1])))
    except ValueError:  # of expressions
        return None
