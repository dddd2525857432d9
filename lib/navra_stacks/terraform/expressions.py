"""What Terraform's expressions in a document come to, as far as that can be told without a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["Scope", "UnresolvedError", "evaluated", "references"]

REFERENCE = re.compile(r"(data\.)?(\w+)\.(\w+)((?:\.\w+|\[\d+\])*)")
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
CALLED = re.compile(r"(toset|tolist|one)\((.*)\)", re.DOTALL)
# CDKTF documents pick the record that validates a certificate so.
PICKED = re.compile(r"\[for (\w+) in ([\w.]+) : \1\.(\w+) if \1\.(\w+) == (\"(?:[^\"\\]|\\.)*\")\]")
LITERAL = re.compile(r'"(?:[^"\\$%]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null')


class UnresolvedError(Exception):
    """A value that only a plan or an apply can tell; says which, and why."""


Scope = Callable[[str, str], Any]
"""Answers an attribute of what an address names: ``scope("aws_lb.load_balancer", "arn")``,
``scope("var", "account_id")``, ``scope("local", "recorded")``, ``scope("each", "value")``.

Raises:
    NotKnownError: it cannot be told.
"""


def evaluated(value: Any, scope: Scope) -> Any:
    """A value of a document with every ``${...}`` in it replaced by what it comes to.

    Raises:
        NotKnownError: one of them cannot be told.
    """
    if isinstance(value, Mapping):
        return {name: evaluated(inner, scope) for name, inner in value.items()}
    if isinstance(value, list):
        return [evaluated(inner, scope) for inner in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    parts = [
        _expression(part, scope) if is_expression else part for is_expression, part in _parts(value)
    ]
    return parts[0] if len(parts) == 1 else "".join(_text(part, value) for part in parts)


def references(value: Any) -> Iterator[str]:
    """Every reference in a value, as it is written: ``aws_lb.load_balancer.arn``."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, str) and "${" in value:
        for is_expression, part in _parts(value):
            if is_expression:
                yield from (found[0] for found in REFERENCE.finditer(part))


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """A template's pieces: whether each is an expression, and what it says."""
    start = position = 0
    while (opened := text.find("${", position)) >= 0:
        if opened > 0 and text[opened - 1] == "$":  # $${ is how one writes ${
            position = opened + 2
            continue
        if opened > start:
            yield False, text[start:opened].replace("$${", "${")
        closed = _end(text, opened + 2)
        yield True, text[opened + 2 : closed].strip()
        start = position = closed + 1
    if start < len(text):
        yield False, text[start:].replace("$${", "${")


def _end(text: str, position: int) -> int:
    """Where the brace closes that was opened before `position`, strings passed over."""
    depth, quoted = 1, False
    while position < len(text):
        letter = text[position]
        if letter == "\\" and quoted:
            position += 1
        elif letter == '"':
            quoted = not quoted
        elif not quoted and letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return position
        position += 1
    raise UnresolvedError(f"{text!r} has an expression that does not end")


def _expression(text: str, scope: Scope) -> Any:
    if LITERAL.fullmatch(text):
        return json.loads(text)
    if (called := CALLED.fullmatch(text)) is not None:
        return _called(called[1], called[2].strip(), scope)
    if (picked := PICKED.fullmatch(text)) is not None:
        _, source, wanted, compared, literal = picked.groups()
        return [
            one[wanted]
            for one in _expression(source, scope)
            if one[compared] == json.loads(literal)
        ]
    if (reference := REFERENCE.fullmatch(text)) is not None:
        return _referred(reference, scope)
    raise UnresolvedError(f"what ${{{text}}} comes to is only known to Terraform")


def _called(function: str, argument: str, scope: Scope) -> Any:
    values = _expression(argument, scope)
    if function == "one":
        if len(values) > 1:
            raise UnresolvedError(f"${{one({argument})}} has {len(values)}")
        return values[0] if values else None
    return list(dict.fromkeys(values)) if function == "toset" else list(values)


def _referred(reference: re.Match[str], scope: Scope) -> Any:
    data, type_, name, rest = reference.groups()
    steps: list[str | int] = [step[1] or int(step[2]) for step in STEP.finditer(rest)]
    if type_ in ("var", "local", "each") and not data:
        value = scope(type_, name)
    elif steps and isinstance(attribute := steps.pop(0), str):
        value = scope(f"{data or ''}{type_}.{name}", attribute)
    else:
        raise UnresolvedError(f"what ${{{reference[0]}}} comes to is only known to Terraform")
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise UnresolvedError(f"${{{reference[0]}}} is only known to Terraform") from None
    return value


def _text(part: Any, template: str) -> str:
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, str | int | float):
        return str(part)
    raise UnresolvedError(f"{template!r} holds what is no text")
