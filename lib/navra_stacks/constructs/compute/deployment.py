"""What the deployment strategy of a service means in the arguments of its ECS service."""

from __future__ import annotations

from collections.abc import Sequence
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

from navra_stacks.settings.compute.deployment import Deployment

__all__ = ["TrafficShift", "advanced_configuration", "deployment_arguments", "ignored_changes"]

_START_MINUTES = 20
"""What Terraform waits for a deployment by itself: tasks start and become well."""


class TrafficShift(NamedTuple):
    """What ECS shifts traffic with, from one revision of a service to the next."""

    alternate_target_group_arn: str
    production_rule_arn: str
    test_rule_arn: str | None
    role_arn: str
    hook_role_arn: str | None
    alarm_names: Sequence[str]


def deployment_arguments(settings: Deployment, shift: TrafficShift | None) -> dict[str, Any]:
    """The arguments of an ECS service that its strategy decides.

    The circuit breaker knows rolling only; a shift is rolled back by alarms. An apply that starts
    one waits for its end, and rolls it back when it is interrupted.
    """
    if shift is None:
        return {
            # Written out, since a service that leaves a shift would keep it otherwise.
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
                    role_arn=str(shift.hook_role_arn),
                )
                for hook in settings.hooks
            ]
            or None,
        ),
        "deployment_circuit_breaker": EcsServiceDeploymentCircuitBreaker(
            enable=False, rollback=False
        ),
        "alarms": EcsServiceAlarms(enable=True, rollback=True, alarm_names=list(shift.alarm_names)),
        "sigint_rollback": True,
        "timeouts": EcsServiceTimeouts(create=f"{minutes}m", update=f"{minutes}m"),
    }


def advanced_configuration(
    shift: TrafficShift | None,
) -> EcsServiceLoadBalancerAdvancedConfiguration | None:
    """The second target group and the rules of a load balancer block; None without a shift."""
    if shift is None:
        return None
    return EcsServiceLoadBalancerAdvancedConfiguration(
        alternate_target_group_arn=shift.alternate_target_group_arn,
        production_listener_rule=shift.production_rule_arn,
        test_listener_rule=shift.test_rule_arn,
        role_arn=shift.role_arn,
    )


def ignored_changes(
    settings: Deployment, *, terraform_deploys: bool, autoscaled: bool
) -> list[str] | None:
    """The arguments of an ECS service that somebody else changes, for Terraform to ignore."""
    others = {
        "desired_count": autoscaled,
        # The target group that is live after a shift. The first apply writes it once more.
        "load_balancer": settings.shifts and not settings.first_apply,
        "task_definition": not terraform_deploys,
    }
    return [argument for argument, is_theirs in others.items() if is_theirs] or None
