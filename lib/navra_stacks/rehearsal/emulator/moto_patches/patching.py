"""How moto is taught: methods that it lacks, or something around one that it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["add_to", "around"]

Method = Callable[..., Any]


def add_to(owner: type, *methods: Method) -> None:
    """Give `owner` these methods, unless it has one that is named like the first."""
    if not hasattr(owner, methods[0].__name__):
        for method in methods:
            setattr(owner, method.__name__, method)


def around(owner: type) -> Callable[[Method], Method]:
    """Puts the function that is decorated in the place of `owner`'s method of that name.

    Its first argument is the method it replaces, the others are those of the method.
    """

    def put(function: Method) -> Method:
        original = getattr(owner, function.__name__)

        @wraps(original)
        def method(*arguments: Any, **named: Any) -> Any:
            return function(original, *arguments, **named)

        setattr(owner, function.__name__, method)
        return function

    return put
