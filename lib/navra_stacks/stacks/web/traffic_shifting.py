"""What ECS needs to shift the traffic of a service from one revision to the next."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.compute.deployment import TrafficShift
from navra_stacks.constructs.compute.deployment_roles import DeploymentRoles
from navra_stacks.constructs.compute.rollback_alarms import RollbackAlarms
from navra_stacks.naming import Names
from navra_stacks.settings.compute.service import Service
from navra_stacks.stacks.web.load_balancing import Edge

__all__ = ["traffic_shift"]


def traffic_shift(
    scope: Construct, service: Service, *, names: Names, location: Location, edge: Edge
) -> tuple[TrafficShift | None, list[ITerraformDependable]]:
    """What ECS shifts a service's traffic with, and what the service must wait for.

    Nothing, where the service has no second target group, and its deployments are rolling.
    """
    alternate = edge.alternate_target_groups.get(service.name)
    if alternate is None:
        return None, []
    roles = DeploymentRoles(
        scope,
        "deployment_roles",
        service=service.name,
        names=names,
        account=location.account,
        hook_arns=[hook.function_arn for hook in service.deployment.hooks],
    )
    alarms = RollbackAlarms(
        scope,
        "rollback_alarms",
        settings=service.deployment.rollback,
        service=service.name,
        names=names,
        load_balancer=edge.load_balancer.arn_suffix,
        target_groups={
            "": edge.target_groups[service.name].arn_suffix,
            "alternate": alternate.arn_suffix,
        },
        grace_seconds=service.health_check_grace_seconds,
    )
    (production,) = edge.listener_rules.by_service[service.name]
    test = edge.listener_rules.tests.get(service.name)
    shift = TrafficShift(
        alternate_target_group_arn=alternate.arn,
        production_rule_arn=production.arn,
        test_rule_arn=None if test is None else test.arn,
        role_arn=roles.infrastructure_role_arn,
        hook_role_arn=roles.hook_role_arn,
        alarm_names=alarms.names,
    )
    return shift, list(roles.permissions)
