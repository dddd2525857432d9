"""Environment variables for Terraform, with credentials and endpoint for the AWS provider."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["provider_environment"]


def provider_environment(
    endpoint: str | None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return environment variables with which Terraform uses the credentials of this process.

    Args:
        endpoint: The URL of an emulator; None for AWS itself.
        environ: The environment variables of this process.
    """
    return dict(environ) | ({} if endpoint is None else {"AWS_ENDPOINT_URL": endpoint})
