"""Where Terraform's AWS provider finds AWS, and with whose credentials."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["provider_environment"]


def provider_environment(
    endpoint: str | None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Variables for Terraform: all of the process's own, so that it uses the same credentials.

    Args:
        endpoint: Where AWS is instead, for an emulator.
        environ: The variables of the process.
    """
    return dict(environ) | ({} if endpoint is None else {"AWS_ENDPOINT_URL": endpoint})
