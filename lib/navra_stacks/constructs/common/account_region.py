"""The account and the Region that a stack is for."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Location"]


class Location(NamedTuple):
    """What every ARN begins with."""

    account: str
    """12 digits, or the Terraform expression of the variable that asks for them."""

    region: str
    """The AWS Region."""

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"
