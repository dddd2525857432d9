"""Helpers that patch a class: add missing methods, or wrap an existing one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["add_to", "around"]

Method = Callable[..., Any]


def add_to(owner: type, *methods: Method) -> None:
    """Add methods to `owner`, unless it already has a method with the name of the first."""
    if not hasattr(owner, methods[0].__name__):
        for method in methods:
            setattr(owner, method.__name__, method)


def around(owner: type) -> Callable[[Method], Method]:
    """Decorator: replace the method of `owner` that has the name of the decorated function.

    The function's first argument is the original method; the others are the method's arguments.
    """

    def replace(function: Method) -> Method:
        original = getattr(owner, function.__name__)

        @wraps(original)
        def method(*arguments: Any, **named: Any) -> Any:
            return function(original, *arguments, **named)

        setattr(owner, function.__name__, method)
        return function

    return replace
