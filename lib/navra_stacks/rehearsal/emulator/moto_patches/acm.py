"""Patches for ACM certificates."""

from __future__ import annotations

__all__ = ["issue_certificates_immediately"]


def issue_certificates_immediately() -> None:
    """Make RequestCertificate issue the certificate at once, instead of a minute later.

    AWS does not issue a certificate at once either, so the patch only saves time. Remove this patch
    when moto no longer waits by default.
    """
    from moto import settings

    settings.ACM_VALIDATION_WAIT = 0
