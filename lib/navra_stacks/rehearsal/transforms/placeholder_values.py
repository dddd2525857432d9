"""Values for variables: from the command line, and placeholders for all other variables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator.client import ACCOUNT

__all__ = ["VariableError", "parse_variables", "placeholder_values"]

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
"""The placeholder strings to try; the first that the validation of a variable accepts is used."""


class VariableError(NavraError):
    """A variable is unknown, has a malformed value, or has no valid placeholder value."""


def parse_variables(document: Mapping[str, Any], arguments: list[str]) -> dict[str, Any]:
    """Return the values in ``--var NAME=VALUE`` arguments, by name.

    The value of a variable of type ``string`` or ``any`` is text. Every other value is JSON.

    Raises:
        VariableError: an argument is malformed, names no variable of the document, or has a value
            that is not JSON although the type of the variable requires JSON.
    """
    declared = document.get("variable") or {}
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals:
            # The argument is not shown, because it can be a secret.
            raise VariableError("an option --var is not of the form NAME=VALUE")
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise VariableError(
                f"--var {name}: the document has no variable {name!r}; its variables: {known}"
            )
        if _type(declared[name]) in ("string", "any"):
            values[name] = text
            continue
        try:
            values[name] = json.loads(text)
        except ValueError:
            raise VariableError(
                f"--var {name}: {name} is of type {_type(declared[name])}; "
                'write the value as JSON, for example ["a", "b"], 3 or true'
            ) from None
    return values


def placeholder_values(document: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a placeholder value for each variable that has no default and no value.

    Args:
        document: Terraform JSON.
        values: The values of the variables that already have a value.

    Raises:
        VariableError: no placeholder value is valid for a variable.
    """
    return {
        name: _placeholder(name, variable)
        for name, variable in sorted((document.get("variable") or {}).items())
        if "default" not in variable and name not in values
    }


def _placeholder(name: str, variable: Mapping[str, Any]) -> Any:
    conditions = [str(rule.get("condition", "")) for rule in _validations(variable)]
    listed = (value for condition in conditions for value in _listed(condition, name) or ())
    for value in chain(_values(_type(variable)), listed):
        if all(_accepts(condition, name, value) for condition in conditions):
            return value
    raise VariableError(
        f"variable {name} has no default, and no placeholder value matches its type "
        f"({_type(variable)}) and its validation; set it with --var {name}=VALUE"
    )


def _type(variable: Mapping[str, Any]) -> str:
    return re.sub(r"\s|\$\{|\}$", "", str(variable.get("type", "string")))


def _validations(variable: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = variable.get("validation") or []
    return [found] if isinstance(found, dict) else list(found)


def _values(type_: str) -> Iterator[Any]:
    """Yield candidate values of a Terraform type; none for an object or a tuple type."""
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
    """Return False if a validation condition's patterns or list of values reject `value`.

    Other conditions are not evaluated; Terraform reports a value that they reject.
    """
    texts = [str(item) for item in (value if isinstance(value, list) else [value])]
    for literal in re.findall(r'regex\("((?:[^"\\]|\\.)*)"', condition):
        try:
            pattern = re.compile(json.loads(f'"{literal}"'))
        except (ValueError, re.error):
            continue
        if not all(pattern.search(text) for text in texts):
            return False
    return (listed := _listed(condition, name)) is None or value in listed


def _listed(condition: str, name: str) -> list[Any] | None:
    """Return the values that a ``contains([...], var.NAME)`` condition allows.

    Return None if the condition has another form, or if the list contains expressions.
    """
    listed = re.search(rf"contains\((\[[^\]]*\]),\s*var\.{re.escape(name)}\)", condition)
    if listed is None:
        return None
    try:
        return list(json.loads(re.sub(r",\s*\]$", "]", listed[1])))
    except ValueError:  # the list contains expressions
        return None
