"""The arguments of an ECS service that its deployment strategy determines."""

from __future__ import annotations

from typing import Any, NamedTuple

from cdktf_cdktf_provider_aws.ecs_service import (
    EcsServiceAlarms,
    EcsServiceDeploymentCircuitBreaker,
    EcsServiceDeploymentConfiguration,
    EcsServiceDeploymentConfigurationCanaryConfiguration,
    EcsServiceDeploymentConfigurationLifecycleHook,
    EcsServiceDeploymentConfigurationLinearConfiguration,
    EcsServiceLoadBalancerAdvancedConfiguration,
    EcsServiceTimeouts,
)
from cdktf_cdktf_provider_aws.lb_listener_rule import LbListenerRule

from navra_stacks.constructs.compute.deployment_roles import DeploymentRoles
from navra_stacks.constructs.compute.traffic_shift_alarms import TrafficShiftAlarms
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.settings.compute.deployment import Deployment

__all__ = ["TrafficShift", "advanced_configuration", "deployment_arguments", "ignored_changes"]

_START_MINUTES = 20
"""Minutes that Terraform waits for tasks to become healthy, besides those of a traffic shift."""


class TrafficShift(NamedTuple):
    """The resources with which ECS shifts the traffic of a service to the next revision."""

    alternate_target_group: TargetGroup
    production_rule: LbListenerRule
    test_rule: LbListenerRule | None
    """The listener rule for test traffic; None without test traffic."""

    roles: DeploymentRoles
    alarms: TrafficShiftAlarms


def deployment_arguments(
    settings: Deployment, shift: TrafficShift | None, former_alarms: TrafficShiftAlarms | None
) -> dict[str, Any]:
    """Return the arguments of an ECS service that its deployment strategy determines.

    The circuit breaker supports the ``rolling`` strategy only. With the other strategies ECS shifts
    traffic, and alarms roll the deployment back. An apply that starts a traffic shift waits for the
    end of the shift; an interrupted apply rolls the deployment back.

    With `former_alarms`, the alarms of an earlier traffic shift are turned off. Without the
    argument, the provider would send none, and ECS would keep the alarms.
    """
    if shift is None:
        return {
            "alarms": (
                None
                if former_alarms is None
                else EcsServiceAlarms(
                    enable=False, rollback=False, alarm_names=list(former_alarms.names)
                )
            ),
            # Explicit: without the argument a service would keep its previous strategy.
            "deployment_configuration": EcsServiceDeploymentConfiguration(strategy="ROLLING"),
            "deployment_circuit_breaker": EcsServiceDeploymentCircuitBreaker(
                enable=True, rollback=True
            ),
        }
    minutes = settings.shift_minutes + _START_MINUTES
    return {
        "deployment_configuration": EcsServiceDeploymentConfiguration(
            strategy=settings.strategy.upper(),
            bake_time_in_minutes=str(settings.bake_minutes),
            linear_configuration=(
                EcsServiceDeploymentConfigurationLinearConfiguration(
                    step_percent=settings.step_percent,
                    step_bake_time_in_minutes=str(settings.step_minutes),
                )
                if settings.strategy == "linear"
                else None
            ),
            canary_configuration=(
                EcsServiceDeploymentConfigurationCanaryConfiguration(
                    canary_percent=settings.step_percent,
                    canary_bake_time_in_minutes=str(settings.step_minutes),
                )
                if settings.strategy == "canary"
                else None
            ),
            lifecycle_hook=[
                EcsServiceDeploymentConfigurationLifecycleHook(
                    hook_target_arn=hook.function_arn,
                    lifecycle_stages=list(hook.stages),
                    role_arn=str(shift.roles.hook_role_arn),
                )
                for hook in settings.hooks
            ]
            or None,
        ),
        "deployment_circuit_breaker": EcsServiceDeploymentCircuitBreaker(
            enable=False, rollback=False
        ),
        "alarms": EcsServiceAlarms(
            enable=True, rollback=True, alarm_names=list(shift.alarms.names)
        ),
        "sigint_rollback": True,
        "timeouts": EcsServiceTimeouts(create=f"{minutes}m", update=f"{minutes}m"),
    }


def advanced_configuration(
    shift: TrafficShift | None,
) -> EcsServiceLoadBalancerAdvancedConfiguration | None:
    """Return the target group and listener rules of a traffic shift; None without a shift."""
    if shift is None:
        return None
    return EcsServiceLoadBalancerAdvancedConfiguration(
        alternate_target_group_arn=shift.alternate_target_group.arn,
        production_listener_rule=shift.production_rule.arn,
        test_listener_rule=None if shift.test_rule is None else shift.test_rule.arn,
        role_arn=shift.roles.infrastructure_role_arn,
    )


def ignored_changes(
    settings: Deployment, *, terraform_deploys: bool, autoscaled: bool
) -> list[str] | None:
    """Return the arguments that Terraform ignores, or None.

    ECS, autoscaling or a pipeline changes the values of these arguments.
    """
    changed_elsewhere = {
        "desired_count": autoscaled,
        # After a shift, the other target group is live. With `first_apply`, Terraform sets it.
        "load_balancer": settings.shifts_traffic and not settings.first_apply,
        "task_definition": not terraform_deploys,
    }
    return [argument for argument, ignored in changed_elsewhere.items() if ignored] or None
