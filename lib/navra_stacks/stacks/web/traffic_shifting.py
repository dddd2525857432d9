"""IAM roles and alarms for blue/green, linear and canary deployment of a service."""

from __future__ import annotations

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.compute.deployment import TrafficShift
from navra_stacks.constructs.compute.deployment_roles import DeploymentRoles
from navra_stacks.constructs.compute.traffic_shift_alarms import TrafficShiftAlarms
from navra_stacks.settings.compute.service import Service
from navra_stacks.stacks.web.load_balancing import LoadBalancing

__all__ = ["former_alarms", "traffic_shift"]


def traffic_shift(
    scope: Construct, service: Service, *, env: EnvironmentContext, load_balancing: LoadBalancing
) -> TrafficShift | None:
    """Create the roles and alarms with which ECS shifts traffic; None for rolling deployment."""
    alternate = load_balancing.alternate_target_groups.get(service.name)
    if alternate is None:
        return None
    roles = DeploymentRoles(
        scope, "deployment_roles", settings=service.deployment, env=env, service=service.name
    )
    (production,) = load_balancing.listener_rules.by_service[service.name]
    return TrafficShift(
        alternate_target_group=alternate,
        production_rule=production,
        test_rule=load_balancing.listener_rules.tests.get(service.name),
        roles=roles,
        alarms=_alarms(scope, service, env=env, load_balancing=load_balancing),
    )


def former_alarms(
    scope: Construct, service: Service, *, env: EnvironmentContext, load_balancing: LoadBalancing
) -> TrafficShiftAlarms | None:
    """Keep the alarms of a service that returned to rolling; None if it never shifted traffic."""
    if not service.deployment.formerly_shifted:
        return None
    return _alarms(scope, service, env=env, load_balancing=load_balancing)


def _alarms(
    scope: Construct, service: Service, *, env: EnvironmentContext, load_balancing: LoadBalancing
) -> TrafficShiftAlarms:
    return TrafficShiftAlarms(
        scope,
        "rollback_alarms",
        settings=service.deployment.rollback,
        env=env,
        service=service.name,
        load_balancer=load_balancing.load_balancer,
        target_group=load_balancing.target_groups[service.name],
        alternate_target_group=load_balancing.alternate_target_groups.get(service.name),
        grace_seconds=service.health_check_grace_seconds,
    )
