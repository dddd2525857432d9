"""The differences between the settings of two environments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from navra_stacks.reports.plain_settings import TYPE

__all__ = ["SettingChange", "area_of_setting", "describe_values", "setting_changes"]

AREAS = {
    "account and Region": ("project", "name", "account", "region"),
    "network": ("network",),
    "load balancing": ("domain", "routing", "load_balancer"),
    "services": ("services",),
    "data": ("secrets", "database", "cache"),
    "hardening": ("hardening",),
    "observability": ("logs",),
    "delivery": ("registry", "delivery"),
    "state and existing resources": (
        *("state", "tags", "not_secret", "existing_ids", "inventory", "lock_file"),
        *("policy_file", "stack_class"),
    ),
}
"""The fields of an environment by area, in the order of a report."""

ORDERED = ("services", "one_off_tasks")
"""The fields whose settings have names and an order: that of the deployments."""

MAX_LENGTH = 100
"""The maximum length of a described value, in characters."""


class SettingChange(NamedTuple):
    """A setting that differs between two environments."""

    field: str
    """The path of the field, for example ``services.api.desired_count``."""

    before: Any
    """The value in the first environment, as `plain_settings` returns it; None if it is absent."""

    after: Any
    """The value in the second environment; None if it is absent."""


def setting_changes(before: Any, after: Any, path: str = "") -> Iterator[SettingChange]:
    """Yield the settings that differ, in the order of the fields.

    Settings of different classes, for example a database that exists and one that Terraform
    creates, are one difference.

    Args:
        before: The settings of the first environment, from `plain_settings`.
        after: Those of the second environment.
        path: The path of the two.
    """
    # An empty list of settings has no names.
    before, after = _named(before, after), _named(after, before)
    if (
        not isinstance(before, Mapping)
        or not isinstance(after, Mapping)
        or (path and before.get(TYPE) != after.get(TYPE))
    ):
        if before != after:
            yield SettingChange(path, before, after)
        return
    if path.rpartition(".")[2] in ORDERED and before.keys() == after.keys():
        orders = [*before], [*after]
        if orders[0] != orders[1]:
            yield SettingChange(f"{path} (order)", *orders)
    for name in dict.fromkeys((*before, *after)):
        inner = f"{path}.{name}" if path else name
        yield from setting_changes(before.get(name), after.get(name), inner)


def _named(value: Any, other: Any) -> Any:
    return {} if value == [] and isinstance(other, Mapping) and TYPE not in other else value


def area_of_setting(field: str) -> str:
    """Return the area of a field."""
    first = field.partition(".")[0]
    return next((area for area, fields in AREAS.items() if first in fields), "others")


def describe_values(before: Any, after: Any) -> tuple[str, str]:
    """Return two values in one line each: settings as their class with the values of their fields.

    Long values are cut around the first difference.
    """
    texts = _describe(before), _describe(after)
    if max(map(len, texts)) <= MAX_LENGTH:
        return texts
    pairs = enumerate(zip(*texts, strict=False))
    same = next((index for index, (one, other) in pairs if one != other), min(map(len, texts)))
    start = max(0, same - MAX_LENGTH // 2)
    return _cut(texts[0], start), _cut(texts[1], start)


def _cut(text: str, start: int) -> str:
    left = "..." if start else ""
    right = "..." if len(text) > start + MAX_LENGTH else ""
    return f"{left}{text[start + len(left) : start + MAX_LENGTH - len(right)]}{right}"


def _describe(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Mapping) and TYPE in value:
        fields = ", ".join(
            f"{name}={_describe(item)}"
            for name, item in value.items()
            if name != TYPE and item not in (None, [], {})
        )
        return f"{value[TYPE]}({fields})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_describe(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_describe, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
