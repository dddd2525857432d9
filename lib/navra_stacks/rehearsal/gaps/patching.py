"""How moto is taught: a method that it lacks, or something around one that it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["added_to", "around"]

Method = Callable[..., Any]


def added_to(owner: type) -> Callable[[Method], Method]:
    """Gives `owner` the method that is decorated, unless it has one of that name."""

    def give(method: Method) -> Method:
        if not hasattr(owner, method.__name__):
            setattr(owner, method.__name__, method)
        return method

    return give


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
