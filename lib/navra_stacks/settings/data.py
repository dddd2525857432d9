"""Secrets, databases and caches: what an environment keeps, or reaches."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.settings.base import Settings, refuse
from navra_stacks.settings.scalars import EnvironmentVariableName, between

__all__ = ["Backups", "ExistingCache", "ExistingDatabase", "Secret"]


def _check_secret_name(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,256}", value) is None:
        raise refuse(
            f"{value!r} is not the name of a secret",
            "use 1-256 letters, digits and / _ + = . @ -",
        )
    if re.search(r"-[A-Za-z0-9]{6}$", value):
        raise refuse(
            f"{value!r} ends in a hyphen and six characters, as an ARN's random suffix does",
            "choose another ending: Secrets Manager would confuse the name with an ARN",
        )
    return value


SecretName = Annotated[str, AfterValidator(_check_secret_name)]


class Secret(Settings):
    """A secret that exists in Secrets Manager; Terraform reads its ARN, never its value."""

    name: SecretName
    """The last part of its name and the variable that it becomes: ``DATABASE_URL`` is
    ``<project>/<environment>/DATABASE_URL`` in Secrets Manager."""

    kms_key_arn: str | None = None
    """The customer-managed key that encrypts it, which the execution role must then use too."""


class ExistingDatabase(Settings):
    """A database that somebody else manages, reached through a URL in a secret."""

    url_secret: EnvironmentVariableName
    """The secret that holds the URL."""


class ExistingCache(Settings):
    """A cache that somebody else manages, reached through a URL in a secret."""

    url_secret: EnvironmentVariableName
    """The secret that holds the URL."""


class Backups(Settings):
    """An AWS Backup plan and vault over the database."""

    retention_days: Annotated[int, between(1, 36500, "a retention", "days")] = 35
    """How long a backup is kept, in days."""
