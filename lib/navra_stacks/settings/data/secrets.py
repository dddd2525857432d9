"""Secrets in Secrets Manager."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, invalid
from navra_stacks.settings.model.field_types import (
    EnvironmentVariableName,
    KmsKeyArn,
)

__all__ = ["Secret"]


def _check_recovery_window(value: int) -> int:
    # Secrets Manager API, DeleteSecret: RecoveryWindowInDays, or ForceDeleteWithoutRecovery for 0.
    if value != 0 and not 7 <= value <= 30:
        raise invalid(f"{value} is not a recovery window (0, or 7-30 days)")
    return value


class Secret(Settings):
    """A secret in Secrets Manager. Terraform uses its ARN and never reads its value.

    By default the secret exists and is looked up by name. With `managed=True` Terraform creates it
    without a value, which must be entered manually before the first task starts. The `url_secret`
    of a `Database` or `Cache` is always created, and its value is the URL.
    """

    name: EnvironmentVariableName
    """The name of the environment variable, and the last part of the secret's name:
    ``DATABASE_URL`` is ``<project>/<environment>/DATABASE_URL`` in Secrets Manager."""

    kms_key_arn: KmsKeyArn | None = None
    """The customer-managed key that encrypts the secret; the execution role gets permission to
    decrypt with it. By default, a managed secret uses the environment's own key if it has one."""

    managed: bool = False
    """True to create the secret instead of looking it up. If a secret with that name exists, import
    it, or delete it without recovery first: names are unique in Secrets Manager."""

    recovery_window_days: Annotated[int, AfterValidator(_check_recovery_window)] | None = None
    """Days in which a deleted secret can be restored: 7-30, or 0 for immediate deletion. The
    default is 30 with deletion protection and 0 without. Only for a secret that Terraform creates.
    Nothing prevents the deletion: a secret that is removed from the settings is deleted, and is
    lost after this period."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[SecretChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class SecretChanges(TypedDict, total=False):
        name: EnvironmentVariableName
        kms_key_arn: KmsKeyArn | None
        managed: bool
        recovery_window_days: int | None
