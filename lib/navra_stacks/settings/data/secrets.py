"""Secrets and backups, and the databases and caches that somebody else manages."""

from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, refuse
from navra_stacks.settings.model.field_types import (
    EnvironmentVariableName,
    KmsKeyArn,
)

__all__ = ["Secret"]


def _check_recovery_window(value: int) -> int:
    # Secrets Manager API, DeleteSecret: RecoveryWindowInDays, or a deletion without recovery.
    if value != 0 and not 7 <= value <= 30:
        raise refuse(f"{value} is not a recovery window (0, or 7-30 days)")
    return value


class Secret(Settings):
    """A secret in Secrets Manager; Terraform knows its ARN, never its value.

    It exists already and is looked up, unless it is managed: then Terraform makes it, empty, and
    somebody fills it by hand before the first task starts. The secret that a `Database` or `Cache`
    names as its `url_secret` is always made, and filled with the URL.
    """

    name: EnvironmentVariableName
    """The last part of its name and the variable that it becomes: ``DATABASE_URL`` is
    ``<project>/<environment>/DATABASE_URL`` in Secrets Manager."""

    kms_key_arn: KmsKeyArn | None = None
    """The customer-managed key that encrypts it, which the execution role must then use too. A
    managed secret takes the environment's own key where there is one and this is absent."""

    managed: bool = False
    """Whether Terraform makes it, instead of looking it up. Where one of that name exists, it is
    imported, or deleted without recovery first: Secrets Manager holds no two of a name."""

    recovery_window_days: Annotated[int, AfterValidator(_check_recovery_window)] | None = None
    """How long a deleted secret can be brought back: 7-30 days, or 0 for not at all. Where absent,
    30 with deletion protection and 0 without. Only for a secret that Terraform makes. Nothing
    refuses the deletion: taken out of the settings, a secret is gone after this."""
