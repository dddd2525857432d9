"""What an environment that was made by hand is known to have: ids that nobody may lose."""

from typing import Annotated

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import Name, SecurityGroupId, VpcId, between
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["ExistingIds"]

Revision = Annotated[int, between(1, 1_000_000, "a task definition revision")]


class ExistingIds(Settings):
    """Ids of what exists already, so that it is adopted rather than made a second time.

    They change no resource. They are written into the document as ``local.recorded``, from the
    Terraform address to what exists under it, where reviewers and adoption find them.
    """

    load_balancer_security_group: SecurityGroupId | None = None
    """The load balancer's security group."""

    service_security_groups: FrozenMapping[Name, SecurityGroupId] = EMPTY
    """The security group of each service."""

    task_definition_revisions: FrozenMapping[Name, Revision] = EMPTY
    """The task definition revision that each service ran when it was recorded: what to go back
    to."""

    vpc_id: VpcId | None = None
    """The VPC that all of it is in. It stays there: a network that is another VPC is refused."""

    leaves_vpc: bool = False
    """Whether the environment may be moved into another VPC all the same. Nothing in a VPC can be
    moved: the load balancer, its listeners, the target groups, the security groups and the
    services are destroyed and made anew under other ids, and the host is down in between. The plan
    fails while `Hardening.deletion_protection` is on. Once it is done, leave out the ids that are
    gone, and this."""
