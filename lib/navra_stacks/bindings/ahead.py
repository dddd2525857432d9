"""Calls whose answer is nothing, and is not waited for."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["told_ahead"]

told = False
"""Whether the kernel is told of calls without waiting for it."""


@contextmanager
def told_ahead() -> Iterator[None]:
    """Make calls of methods that return nothing, while JavaScript still works on those before.

    A mistake in one of them is raised by what is asked of JavaScript next, so this is for calls
    in which none is expected. With jsii as published, each is waited for as ever.
    """
    global told
    before, told = told, True
    try:
        yield
    finally:
        told = before
