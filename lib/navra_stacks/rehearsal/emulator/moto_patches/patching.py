"""Helpers that patch a class: add missing methods, or wrap an existing method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

__all__ = ["add_to", "around", "page_of"]

Method = Callable[..., Any]


def page_of(items: Sequence[Any], response: Any, size: int) -> tuple[Sequence[Any], dict[str, str]]:
    """Return the requested page of `items`, and the token of the next page.

    Args:
        items: All items.
        response: The response of moto, with ``nextToken`` and ``maxResults`` of the request.
        size: The number of items of a page without ``maxResults``.
    """
    start = int(response._get_param("nextToken") or 0)
    end = start + int(response._get_param("maxResults") or size)
    return items[start:end], {"nextToken": str(end)} if end < len(items) else {}


def add_to(owner: type, *methods: Method) -> None:
    """Add `methods` to the class `owner`, unless it already has the first of the methods."""
    if not hasattr(owner, methods[0].__name__):
        for method in methods:
            setattr(owner, method.__name__, method)


def around(owner: type) -> Callable[[Method], Method]:
    """Return a decorator; the decorated function replaces the method of `owner` with the same name.

    The decorated function is called with the original method, followed by the arguments of the
    method.
    """

    def replace(function: Method) -> Method:
        original = getattr(owner, function.__name__)

        @wraps(original)
        def method(*arguments: Any, **named: Any) -> Any:
            return function(original, *arguments, **named)

        setattr(owner, function.__name__, method)
        return function

    return replace
