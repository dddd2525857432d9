"""The values of an environment that most of its constructs need."""

from __future__ import annotations

from dataclasses import dataclass

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.kms_key import CustomerManagedKey
from navra_stacks.naming import Names

__all__ = ["EnvironmentContext"]


@dataclass(frozen=True)
class EnvironmentContext:
    """Names, account and Region, key, retention and protection of one environment.

    The stack resolves these values once; constructs and areas receive them together.
    """

    names: Names
    """The physical names."""

    location: AccountRegion
    """The account and Region, from which ARNs are made."""

    log_retention_days: int
    """Retention of every log group, in days."""

    deletion_protection: bool
    """Whether AWS and Terraform refuse to delete stateful resources."""

    key_deletion_window_days: int
    """Days between scheduling a KMS key for deletion and its deletion, 7-30."""

    kms_key: CustomerManagedKey | None = None
    """The environment's own key; None where AWS managed keys encrypt."""

    @property
    def kms_key_arn(self) -> str | None:
        """The ARN of the environment's key; None where AWS managed keys encrypt."""
        return None if self.kms_key is None else self.kms_key.arn
