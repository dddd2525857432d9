"""Autoscaling of an ECS service."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.appautoscaling_policy import (
    AppautoscalingPolicy,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification,
)
from cdktf_cdktf_provider_aws.appautoscaling_scheduled_action import (
    AppautoscalingScheduledAction,
    AppautoscalingScheduledActionScalableTargetAction,
)
from cdktf_cdktf_provider_aws.appautoscaling_target import AppautoscalingTarget
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.fargate_service import FargateService
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.naming import slug
from navra_stacks.settings.compute.autoscaling import Autoscaling

__all__ = ["ScalableTarget"]


class ScalableTarget(Construct):
    """Changes the task count of a service within a range, to keep the service at its target loads.

    CPU, memory and requests each have a target tracking policy: a service scales out when any
    policy requires more tasks, and scales in when all policies require fewer. Scheduled actions
    change the range. With schedules, Terraform therefore sets the range at creation and ignores it
    afterwards, because an apply would otherwise revert the last scheduled action.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Autoscaling,
        env: EnvironmentContext,
        service: str,
        cluster: Cluster,
        fargate_service: FargateService,
        load_balancer: ApplicationLoadBalancer,
        target_group: TargetGroup | None,
    ) -> None:
        """Scale an ECS service.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The range of the task count, the target loads and the schedules.
            env: The context of the environment, for the names.
            service: The service's name in the settings.
            cluster: The cluster of the service.
            fargate_service: The service to scale.
            load_balancer: The load balancer, for the metric of requests per task.
            target_group: The target group for the metric of requests per task; None for a service
                that receives no traffic.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._service = service
        self._names = env.names
        target = with_logical_id(
            AppautoscalingTarget(
                self,
                "target",
                service_namespace="ecs",
                scalable_dimension="ecs:service:DesiredCount",
                resource_id=f"service/{cluster.name}/{fargate_service.name}",
                min_capacity=settings.min_capacity,
                max_capacity=settings.max_capacity,
                lifecycle=(
                    TerraformResourceLifecycle(ignore_changes=["max_capacity", "min_capacity"])
                    if settings.schedules
                    else None
                ),
            ),
            f"{slug(service)}_autoscaling_target",
        )
        # References to the target, so that it is created before and destroyed after the policies.
        self._target = {
            "service_namespace": target.service_namespace,
            "scalable_dimension": target.scalable_dimension,
            "resource_id": target.resource_id,
        }
        if settings.cpu_percent is not None:
            self._track("cpu", "ECSServiceAverageCPUUtilization", settings.cpu_percent)
        if settings.memory_percent is not None:
            self._track("memory", "ECSServiceAverageMemoryUtilization", settings.memory_percent)
        if settings.requests_per_target is not None:
            label = (
                None
                if target_group is None
                else f"{load_balancer.arn_suffix}/{target_group.arn_suffix}"
            )
            self._track("requests", "ALBRequestCountPerTarget", settings.requests_per_target, label)
        self._schedule()

    def _track(self, load: str, metric: str, target: int, label: str | None = None) -> None:
        with_logical_id(
            AppautoscalingPolicy(
                self,
                f"{load}_policy",
                name=self._names.scaling_policy(self._service, load),
                policy_type="TargetTrackingScaling",
                target_tracking_scaling_policy_configuration=(
                    AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration(
                        target_value=target,
                        scale_out_cooldown=self._settings.scale_out_cooldown_seconds,
                        scale_in_cooldown=self._settings.scale_in_cooldown_seconds,
                        predefined_metric_specification=(
                            AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification(
                                predefined_metric_type=metric, resource_label=label
                            )
                        ),
                    )
                ),
                **self._target,
            ),
            f"{slug(self._service)}_{load}_scaling",
        )

    def _schedule(self) -> None:
        for action in self._settings.schedules:
            with_logical_id(
                AppautoscalingScheduledAction(
                    self,
                    f"{action.name}_action",
                    name=self._names.scheduled_action(self._service, action.name),
                    schedule=f"cron({action.cron})",
                    timezone=action.timezone,
                    scalable_target_action=AppautoscalingScheduledActionScalableTargetAction(
                        # The capacities of an action are strings since version 6 of the provider.
                        min_capacity=str(action.min_capacity),
                        max_capacity=str(action.max_capacity),
                    ),
                    **self._target,
                ),
                f"{slug(self._service)}_{slug(action.name)}_schedule",
            )
