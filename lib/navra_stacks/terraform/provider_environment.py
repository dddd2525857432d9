"""Environment variables for Terraform: the credentials and the endpoint of its AWS provider."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["provider_environment"]


def provider_environment(
    endpoint: str | None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the variables of this process for Terraform, which then uses the same credentials.

    Args:
        endpoint: The URL of an emulator. ``None``: AWS itself.
        environ: The environment variables of this process.
    """
    return dict(environ) | ({} if endpoint is None else {"AWS_ENDPOINT_URL": endpoint})
