"""Collect the errors of several invalid environments instead of raising the first one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from navra_stacks.errors import SettingsError

__all__ = ["collected_errors", "raise_or_collect"]

_collected: ContextVar[list[SettingsError] | None] = ContextVar("collected", default=None)


@contextmanager
def collected_errors() -> Iterator[list[SettingsError]]:
    """Collect the errors of the environments that are built in this scope.

    An invalid environment stores its problems, like other settings. Reading one of its fields
    raises them.
    """
    errors: list[SettingsError] = []
    token = _collected.set(errors)
    try:
        yield errors
    finally:
        _collected.reset(token)


def raise_or_collect(error: SettingsError) -> None:
    """Add an error to the errors of the enclosing `collected_errors`; raise it outside of one."""
    errors = _collected.get()
    if errors is None:
        raise error
    errors.append(error)
