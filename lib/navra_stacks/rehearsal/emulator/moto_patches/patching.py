"""Helpers that patch a class: add missing methods, or wrap an existing method."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["add_to", "around"]

Method = Callable[..., Any]


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
