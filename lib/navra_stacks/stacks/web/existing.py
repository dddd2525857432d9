"""What exists already, and what happens to it when the environment moves to another VPC."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformResource, TerraformStack

from navra_stacks.constructs.compute.fargate_service import FargateService
from navra_stacks.constructs.existing.existing_ids import ExistingIdsLocal
from navra_stacks.constructs.load_balancing.load_balancer import LoadBalancer
from navra_stacks.naming import slug
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.existing_imports import adopt

__all__ = ["keep_record"]


def keep_record(
    stack: TerraformStack,
    environment: Environment,
    *,
    load_balancer: LoadBalancer,
    services: Mapping[str, FargateService],
) -> None:
    """Write down the ids of what exists, import it, and prepare a move of it to another VPC.

    What is not recorded may move, too, once it runs; what is recorded only if that is said.
    """
    recorded = environment.existing_ids
    if recorded is not None:
        ExistingIdsLocal(stack, "recorded_ids", settings=recorded, names=environment.names)
    if recorded is None or recorded.leaves_vpc:
        _replace_with_groups(load_balancer, services)
    if environment.inventory is not None:
        adopt(stack, environment.inventory, name=environment.names.stack)


def _replace_with_groups(
    load_balancer: LoadBalancer, services: Mapping[str, FargateService]
) -> None:
    """Replace the load balancer and the services together with their security groups.

    AWS refuses to give them subnets of another VPC, and it keeps a group that one of them uses.
    """
    moved = {"alb": load_balancer.node.find_child("load_balancer")}
    for name, service in services.items():
        moved[slug(name)] = service.node.find_child("service")
    for key, resource in moved.items():
        assert isinstance(resource, TerraformResource)
        resource.add_override(
            "lifecycle.replace_triggered_by",
            [f"aws_security_group.{key}_security_group.vpc_id"],
        )
