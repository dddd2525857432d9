"""Ids of existing resources, for an environment that was created by hand."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.naming import Names, slug
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import Name, SecurityGroupId, VpcId, int_range
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["ExistingIds"]

Revision = Annotated[int, int_range(1, 1_000_000, "task definition revision")]


class ExistingIds(Settings):
    """Ids of existing resources, by which `navra discover` finds the resources to import.

    An id changes no resource by itself. The synthesized document contains the ids, except `vpc_id`,
    in ``local.recorded``, a mapping from the Terraform address to the id, for reviewers and for
    `navra discover`. `vpc_id` is only compared with the settings of the network.
    """

    load_balancer_security_group: SecurityGroupId | None = None
    """The id of the load balancer's security group; None if it is not known."""

    service_security_groups: FrozenMapping[Name, SecurityGroupId] = EMPTY
    """The id of each service's security group, by service name."""

    task_definition_revisions: FrozenMapping[Name, Revision] = EMPTY
    """The task definition revision that each service ran when the ids were collected, by service
    name, for a rollback."""

    vpc_id: VpcId | None = None
    """The id of the VPC with the existing resources; None if it is not known. A `network` with
    another VPC is rejected unless `leaves_vpc` is True; if the id is None, only a `PrivateVpc`
    is rejected."""

    leaves_vpc: bool = False
    """True to allow a move to another VPC. Resources cannot be moved between VPCs, so the load
    balancer, its listeners, the target groups, the security groups and the services are destroyed
    and recreated with other ids, and the environment is down in the meantime. The plan fails while
    `Hardening.deletion_protection` is on. After the move, remove the old ids and `leaves_vpc`."""

    def by_address(self, names: Names) -> dict[str, str]:
        """Return the ids, except `vpc_id`, by Terraform address.

        Args:
            names: The physical names of the environment, for the task definition families.
        """
        ids: dict[str, str] = {}
        if self.load_balancer_security_group is not None:
            ids["aws_security_group.alb_security_group"] = self.load_balancer_security_group
        for service, group in self.service_security_groups.items():
            ids[f"aws_security_group.{slug(service)}_security_group"] = group
        for service, revision in self.task_definition_revisions.items():
            ids[f"aws_ecs_task_definition.{slug(service)}_task_definition"] = (
                f"{names.family(service)}:{revision}"
            )
        return dict(sorted(ids.items()))

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ExistingIdsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ExistingIdsChanges(TypedDict, total=False):
        load_balancer_security_group: SecurityGroupId | None
        service_security_groups: FrozenMapping[Name, SecurityGroupId]
        task_definition_revisions: FrozenMapping[Name, Revision]
        vpc_id: VpcId | None
        leaves_vpc: bool
