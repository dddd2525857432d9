"""The values of an environment that most of its constructs need."""

from __future__ import annotations

from dataclasses import dataclass

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.kms_key import CustomerManagedKey
from navra_stacks.naming import Names

__all__ = ["EnvironmentContext"]


@dataclass(frozen=True)
class EnvironmentContext:
    """The values of one environment that most of its constructs need.

    The stack resolves the values once from the settings and passes the context to every area and
    construct.
    """

    names: Names
    """The physical names of the environment's resources."""

    location: AccountRegion
    """The account and Region of the environment, to build ARNs."""

    log_retention_days: int
    """The retention in days of all log groups except the log group of the VPC flow logs."""

    deletion_protection: bool
    """Whether AWS and Terraform refuse to delete stateful resources."""

    key_deletion_window_days: int
    """Days between scheduling a KMS key for deletion and its deletion, 7-30."""

    kms_key: CustomerManagedKey | None = None
    """The customer-managed key of the environment; None if AWS managed keys encrypt the data."""

    @property
    def kms_key_arn(self) -> str | None:
        """The ARN of `kms_key`; None if AWS managed keys encrypt the data."""
        return None if self.kms_key is None else self.kms_key.arn
