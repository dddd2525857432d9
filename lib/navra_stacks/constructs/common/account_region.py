"""The account and the Region of a stack."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["AccountRegion"]


class AccountRegion(NamedTuple):
    """An AWS account and Region, with a method that builds ARNs in them."""

    account: str
    """12 digits, or the Terraform expression of the `account_id` variable."""

    region: str
    """The AWS Region, for example ``eu-central-1``."""

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in the account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"
