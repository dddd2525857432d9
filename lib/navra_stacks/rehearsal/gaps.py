"""What moto lacks and the AWS provider needs: one short function each, and when it can go."""

from __future__ import annotations

__all__ = ["fill"]


def fill() -> None:
    """Teach moto, in this process, everything here."""
