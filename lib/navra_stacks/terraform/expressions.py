"""Evaluate the Terraform expressions of a document statically, without a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from navra_stacks.terraform.hcl_fixes import end_of_expression

__all__ = [
    "Scope",
    "UnresolvedError",
    "evaluate",
    "expressions",
    "references",
    "replace_expressions",
    "strings",
    "whole_expression",
]

REFERENCE = re.compile(r"(data\.)?(\w+)\.(\w+)((?:\.\w+|\[\d+\])*)")
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
CALL = re.compile(r"(toset|tolist|one)\((.*)\)", re.DOTALL)
# CDKTF documents select the DNS record that validates a certificate with such an expression.
FOR_EXPRESSION = re.compile(
    r"\[for (\w+) in ([\w.]+) : \1\.(\w+) if \1\.(\w+) == (\"(?:[^\"\\]|\\.)*\")\]"
)
LITERAL = re.compile(r'"(?:[^"\\$%]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null')


class UnresolvedError(Exception):
    """A value cannot be known without a plan or an apply; the message gives the reason."""


Scope = Callable[[str, str], Any]
"""A function that returns the value of a reference, for example ``scope("aws_lb.load_balancer",
"arn")``, ``scope("var", "account_id")``, ``scope("local", "recorded")`` or ``scope("each",
"value")``.

Raises:
    UnresolvedError: the value is not known statically.
"""


def evaluate(value: Any, scope: Scope) -> Any:
    """Return `value`, in which the result of each expression ``${...}`` replaces the expression.

    Raises:
        UnresolvedError: an expression cannot be evaluated statically.
    """
    if isinstance(value, Mapping):
        return {name: evaluate(inner, scope) for name, inner in value.items()}
    if isinstance(value, list):
        return [evaluate(inner, scope) for inner in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    parts = [
        _expression(part, scope) if is_expression else part for is_expression, part in _parts(value)
    ]
    return parts[0] if len(parts) == 1 else "".join(_text(part, value) for part in parts)


def references(value: Any) -> Iterator[str]:
    """Yield every reference in a value, for example ``aws_lb.load_balancer.arn``."""
    for expression in expressions(value):
        yield from (found[0] for found in REFERENCE.finditer(expression))


def expressions(value: Any) -> Iterator[str]:
    """Yield the text of each expression in a value, without ``${`` and ``}``."""
    for text in strings(value):
        if "${" in text:
            yield from _expressions(text)


def strings(value: Any) -> Iterator[str]:
    """Yield each string in a JSON value, without the names of its objects."""
    # A loop, because a generator that calls itself takes twice as long.
    pending = [value]
    while pending:
        last = pending.pop()
        if isinstance(last, str):
            yield last
        elif isinstance(last, list):
            pending += reversed(last)
        elif isinstance(last, Mapping):
            pending += reversed([*last.values()])


def whole_expression(text: str) -> str | None:
    """Return the expression that is the whole of a template; None if the template has more."""
    found = _expressions(text)
    return found[0] if len(found) == 1 and text == f"${{{found[0]}}}" else None


def replace_expressions(text: str, replace: Callable[[str], str]) -> str:
    """Return a template with the result of `replace` in place of each expression ``${...}``."""
    parts = []
    start = 0
    for opened, end in _spans(text):
        parts += [text[start:opened], replace(text[opened:end])]
        start = end
    return "".join([*parts, text[start:]])


@cache
def _expressions(text: str) -> tuple[str, ...]:
    return tuple(text[opened + 2 : end - 1] for opened, end in _spans(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each expression ``${...}`` in a template."""
    position = 0
    while (opened := text.find("${", position)) >= 0:
        position = opened + 2
        if opened > 0 and text[opened - 1] == "$":  # $${ is the escape of ${
            continue
        position = end_of_expression(text, position)
        yield opened, position


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Split a template into its literal and expression parts.

    Yields:
        For an expression, True and the text between ``${`` and ``}``; for a literal, False and the
        text.
    """
    start = 0
    for opened, end in _spans(text):
        if opened > start:
            yield False, text[start:opened].replace("$${", "${")
        if text[end - 1 : end] != "}":
            raise UnresolvedError(f"{text!r} has an unterminated expression")
        yield True, text[opened + 2 : end - 1].strip()
        start = end
    if start < len(text):
        yield False, text[start:].replace("$${", "${")


def _expression(text: str, scope: Scope) -> Any:
    if LITERAL.fullmatch(text):
        return json.loads(text)
    if (call := CALL.fullmatch(text)) is not None:
        return _call(call[1], call[2].strip(), scope)
    if (loop := FOR_EXPRESSION.fullmatch(text)) is not None:
        _, source, selected, compared, literal = loop.groups()
        return [
            element[selected]
            for element in _expression(source, scope)
            if element[compared] == json.loads(literal)
        ]
    if (reference := REFERENCE.fullmatch(text)) is not None:
        return _dereference(reference, scope)
    raise UnresolvedError(f"only Terraform can evaluate ${{{text}}}")


def _call(function: str, argument: str, scope: Scope) -> Any:
    values = _expression(argument, scope)
    if function == "one":
        if len(values) > 1:
            raise UnresolvedError(
                f"${{one({argument})}} has no value, because the list has {len(values)} elements"
            )
        return values[0] if values else None
    return list(dict.fromkeys(values)) if function == "toset" else list(values)


def _dereference(reference: re.Match[str], scope: Scope) -> Any:
    data, type_, name, rest = reference.groups()
    steps: list[str | int] = [step[1] or int(step[2]) for step in STEP.finditer(rest)]
    if type_ in ("var", "local", "each") and not data:
        value = scope(type_, name)
    elif steps and isinstance(attribute := steps.pop(0), str):
        value = scope(f"{data or ''}{type_}.{name}", attribute)
    else:
        raise UnresolvedError(f"only Terraform can evaluate ${{{reference[0]}}}")
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise UnresolvedError(f"only Terraform can evaluate ${{{reference[0]}}}") from None
    return value


def _text(part: Any, template: str) -> str:
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, str | int | float):
        return str(part)
    raise UnresolvedError(f"{template!r} has an expression whose value cannot be part of a string")
