"""The call that is made of every resource, and whose answer is nothing and not waited for."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["METHOD", "told_ahead"]

METHOD = "overrideLogicalId"
"""The only one that is told ahead: it returns nothing and calls nothing back."""

told = False
"""Whether the kernel is told of it without waiting."""


@contextmanager
def told_ahead() -> Iterator[None]:
    """Name elements while JavaScript still works on what it was told before.

    A name that JavaScript refuses is told by what is asked of it next, so this is for names of
    which each is known to be new. With jsii as published, each is waited for as ever.
    """
    global told
    before, told = told, True
    try:
        yield
    finally:
        told = before
