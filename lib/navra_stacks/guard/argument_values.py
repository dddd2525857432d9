"""Read the values of arguments that are named without indexes, as in the guard's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from navra_stacks.terraform.plan import AttributePath, Change

__all__ = ["by_type", "difference_at", "entry_keys", "leaves", "objects", "strings", "values_at"]

T = TypeVar("T")


def by_type(table: Mapping[tuple[str, str], T]) -> Mapping[str, Mapping[str, T]]:
    """Return the entries of a table by type, and then by argument."""
    grouped: dict[str, dict[str, T]] = {}
    for (type_, name), entry in table.items():
        grouped.setdefault(type_, {})[name] = entry
    return grouped


def values_at(values: Any, name: str) -> list[Any]:
    """Return all values of an argument, for example of ``health_check.path`` in each block."""
    found = [values]
    for part in name.split("."):
        found = [
            inner[part]
            for outer in found
            for inner in (outer if isinstance(outer, list) else [outer])
            if isinstance(inner, dict) and part in inner
        ]
    return found


def difference_at(change: Change, name: str) -> tuple[AttributePath, Any, Any] | None:
    """Return the first difference in the argument `name`, in its value or in a block around it.

    A planned value that is known only after the apply is ``Ellipsis``. Return None if the argument
    does not change.
    """
    names = name.split(".")
    for difference in change.differences:
        path = [part for part in difference[0] if isinstance(part, str)]
        if all(one == other for one, other in zip(path, names, strict=False)):
            return difference
    return None


def entry_keys(values: Any, keys: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Return the entries of a list or block, each with the text that identifies it.

    Args:
        values: The list. An entry without an identifying value is omitted.
        keys: The arguments that identify an entry; the first one with a value does. Empty: each
            entry is a string.
    """
    if not keys:
        return [(text, text) for text in strings(values)]
    return [
        (str(key), entry)
        for entry in objects(values)
        if (key := next((entry[name] for name in keys if entry.get(name)), None)) is not None
    ]


def leaves(values: Any, path: AttributePath = ()) -> Iterator[tuple[AttributePath, Any]]:
    """Yield the path and the value of each string, number and boolean in `values`."""
    if isinstance(values, dict | list):
        pairs = values.items() if isinstance(values, dict) else enumerate(values)
        for key, inner in pairs:
            yield from leaves(inner, (*path, key))
    elif values is not None:
        yield path, values


def objects(values: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a list; an empty list if `values` is not a list."""
    return (
        [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    )


def strings(values: Any) -> list[str]:
    """Return the strings in a list; an empty list if `values` is not a list."""
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
