"""Certificates."""

from __future__ import annotations

__all__ = ["certificates_are_issued_at_once"]


def certificates_are_issued_at_once() -> None:
    """Not a minute later, which is moto's default: a choice of ours, not a lack of moto's."""
    from moto import settings

    settings.ACM_VALIDATION_WAIT = 0
