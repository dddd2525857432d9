"""Patches for ACM certificates."""

from __future__ import annotations

__all__ = ["issue_certificates_immediately"]


def issue_certificates_immediately() -> None:
    """Issue a certificate when it is requested, not a minute later.

    Remove this patch when moto no longer waits by default. AWS does wait: this only saves time.
    """
    from moto import settings

    settings.ACM_VALIDATION_WAIT = 0
