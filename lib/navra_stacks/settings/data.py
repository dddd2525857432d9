"""Secrets, databases and caches: what an environment keeps, or reaches."""

from __future__ import annotations

from typing import Annotated

from navra_stacks.settings.base import Settings
from navra_stacks.settings.scalars import EnvironmentVariableName, KmsKeyArn, between

__all__ = ["Backups", "ExistingCache", "ExistingDatabase", "Secret"]


class Secret(Settings):
    """A secret that exists in Secrets Manager; Terraform reads its ARN, never its value."""

    name: EnvironmentVariableName
    """The last part of its name and the variable that it becomes: ``DATABASE_URL`` is
    ``<project>/<environment>/DATABASE_URL`` in Secrets Manager."""

    kms_key_arn: KmsKeyArn | None = None
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
