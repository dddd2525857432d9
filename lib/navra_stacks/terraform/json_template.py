"""JSON texts with Terraform expressions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.expressions import replace_expressions

__all__ = ["json_template", "parse_json_template"]


def json_template(value: object, *, sort_keys: bool = False) -> str:
    """Return a JSON value as a Terraform template.

    JSON escapes quotes, and an expression with escaped quotes is not valid: expressions are
    inserted into the JSON text unchanged.

    Args:
        value: The value, whose strings can contain expressions.
        sort_keys: Whether the keys of objects are sorted.
    """
    expressions: list[str] = []

    def placeholder(expression: str) -> str:
        if not {'"', "\\"}.intersection(expression):
            return expression
        expressions.append(expression)
        return f"\ue000{len(expressions) - 1}\ue000"

    def hidden(part: Any) -> Any:
        if isinstance(part, str):
            return replace_expressions(part, placeholder) if "${" in part else part
        if isinstance(part, dict | Mapping):  # a check of `Mapping` alone takes ten times as long
            return {key: hidden(item) for key, item in part.items()}
        return [hidden(item) for item in part] if isinstance(part, list | tuple) else part

    text = json.dumps(hidden(value), ensure_ascii=False, sort_keys=sort_keys)
    for number, expression in enumerate(expressions):
        text = text.replace(f"\ue000{number}\ue000", expression)
    return text


def parse_json_template(text: str) -> Any:
    """Return the value of a JSON text with Terraform expressions, which strings contain unchanged.

    Raises:
        ValueError: the text is not JSON.
    """
    # Terraform does not read a quote within an expression as the end of the string.
    return json.loads(replace_expressions(text, lambda found: json.dumps(found)[1:-1]))
