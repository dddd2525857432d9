"""Where the hosted zone of a domain is, if it is not looked up in the environment's account."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.best_fitting import best_fitting
from navra_stacks.settings.model.field_types import DnsName, str_pattern

__all__ = ["CrossAccountZone", "DelegatedZone", "HostedZone"]

RoleArn = Annotated[
    str,
    # IAM, "IAM and AWS STS quotas": a name has at most 64 characters, a path at most 512.
    str_pattern(
        r"arn:aws:iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@/-]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}",
        "is not a valid ARN of an IAM role",
        "use the ARN of a role, for example 'arn:aws:iam::123456789012:role/dns-records'",
    ),
]
"""The ARN of an IAM role."""


class DelegatedZone(Settings):
    """A hosted zone that belongs to the environment, delegated by the zone of its parent domain.

    The stack ``<project>-<environment>-zone`` creates the zone. Apply that stack once, before the
    environment, and create the NS record of its output ``name_server_record`` in the parent zone.
    """

    parent: DnsName
    """The parent domain, for example ``example.com`` for the zone ``app.example.com``."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DelegatedZoneChanges]") -> Self: ...


class CrossAccountZone(Settings):
    """An existing hosted zone in another account.

    Terraform looks the zone up and manages the records of the environment with a role in that
    account.
    """

    role_arn: RoleArn
    """The ARN of the role. The principal that runs Terraform must be allowed to assume it."""

    @property
    def account(self) -> str:
        """The account of the role, and so of the zone."""
        return self.role_arn.split(":")[4]

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[CrossAccountZoneChanges]") -> Self: ...


HostedZone = Annotated[
    DelegatedZone | CrossAccountZone, best_fitting(DelegatedZone, CrossAccountZone)
]

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DelegatedZoneChanges(TypedDict, total=False):
        parent: DnsName

    class CrossAccountZoneChanges(TypedDict, total=False):
        role_arn: RoleArn
