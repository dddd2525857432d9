"""Certificates."""

from __future__ import annotations

__all__ = ["certificates_are_issued_at_once"]


def certificates_are_issued_at_once() -> None:
    """Not a minute later, which is a choice of ours. Goes when that is no longer moto's default."""
    from moto import settings

    settings.ACM_VALIDATION_WAIT = 0
