"""Secrets in Secrets Manager."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, invalid
from navra_stacks.settings.model.field_types import (
    NOT_BOOL,
    EnvironmentVariableName,
    KmsKeyArn,
)

__all__ = ["Secret"]


def _check_recovery_window(value: int) -> int:
    # Secrets Manager API, DeleteSecret: RecoveryWindowInDays, or ForceDeleteWithoutRecovery for 0.
    if value != 0 and not 7 <= value <= 30:
        raise invalid(f"{value} is not a valid recovery window (0, or 7-30 days)")
    return value


class Secret(Settings):
    """A secret in Secrets Manager. Terraform uses its ARN and never reads its value.

    By default the secret must exist, and Terraform looks it up by name. With `managed=True`
    Terraform creates the secret without a value; enter the value manually before the first task
    starts. A secret that a `Database` or a `Cache` names is always created with its value, a URL or
    the password.
    """

    name: EnvironmentVariableName
    """The name of the environment variable, and the last part of the secret's name. For example,
    ``DATABASE_URL`` has the name ``<project>/<environment>/DATABASE_URL`` in Secrets Manager."""

    kms_key_arn: KmsKeyArn | None = None
    """The ARN of the customer-managed key that encrypts the secret. The execution role gets
    permission to decrypt with that key. If None, a managed secret uses the environment's own key
    if there is one, else the default key of Secrets Manager."""

    managed: bool = False
    """True to create the secret instead of looking it up. If a secret with that name exists,
    import the secret or delete it without recovery before the apply, because names are unique in
    Secrets Manager."""

    recovery_window_days: (
        Annotated[int, NOT_BOOL, AfterValidator(_check_recovery_window)] | None
    ) = None
    """Number of days in which a deleted secret can be restored: 7-30, or 0 for immediate deletion,
    which `Hardening.deletion_protection` does not allow. If None, the number is 30 with
    `Hardening.deletion_protection` and 0 without. Only for a secret that Terraform creates. A
    secret that is removed from the settings is always deleted, and is lost after that number of
    days."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[SecretChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class SecretChanges(TypedDict, total=False):
        name: EnvironmentVariableName
        kms_key_arn: KmsKeyArn | None
        managed: bool
        recovery_window_days: int | None
