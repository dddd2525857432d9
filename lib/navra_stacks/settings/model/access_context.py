"""The kind of code that currently reads settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

__all__ = ["access_context", "access_from"]

AccessContext = Literal["outside", "validator", "rule"]
access_context: ContextVar[AccessContext] = ContextVar("access_context", default="outside")
"""The kind of code that currently reads settings. It decides the result of reading a field of
invalid settings: a rule gets the value if the field itself is valid, a validator gets a validation
error, and any other read raises a `SettingsError` with the stored problems."""


@contextmanager
def access_from(context: AccessContext) -> Iterator[None]:
    """Set the context of the code in this scope."""
    token = access_context.set(context)
    try:
        yield
    finally:
        access_context.reset(token)
