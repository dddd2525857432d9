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

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import Names, slug
from navra_stacks.settings.compute.autoscaling import Autoscaling as AutoscalingSettings

__all__ = ["Autoscaling"]


class Autoscaling(Construct):
    """Holds a service at its target loads by adding and removing tasks within a range.

    One policy a load: a service grows when any wants more tasks, and shrinks when all want fewer.
    Scheduled actions write into the range themselves, so where there are some, Terraform sets the
    range once and then ignores it; an apply at night would else undo the evening's action.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: AutoscalingSettings,
        service: str,
        names: Names,
        cluster_name: str,
        service_name: str,
        request_label: str | None,
    ) -> None:
        """Scale the service `service_name` of the cluster `cluster_name`.

        Args:
            scope: The construct that holds this one.
            id_: Its id in that.
            settings: The range, the loads and the schedules.
            service: What the settings call the service.
            names: The physical names.
            cluster_name: The ECS cluster.
            service_name: The ECS service.
            request_label: The load balancer and target group whose requests are counted, as
                ``app/<name>/<id>/targetgroup/<name>/<id>``; None where there are none.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._service = service
        self._names = names
        target = addressed(
            AppautoscalingTarget(
                self,
                "target",
                service_namespace="ecs",
                scalable_dimension="ecs:service:DesiredCount",
                resource_id=f"service/{cluster_name}/{service_name}",
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
        # Through the target, so that it exists before them and goes after them.
        self._of_target = {
            "service_namespace": target.service_namespace,
            "scalable_dimension": target.scalable_dimension,
            "resource_id": target.resource_id,
        }
        if settings.cpu_percent is not None:
            self._track("cpu", "ECSServiceAverageCPUUtilization", settings.cpu_percent)
        if settings.memory_percent is not None:
            self._track("memory", "ECSServiceAverageMemoryUtilization", settings.memory_percent)
        if settings.requests_per_target is not None:
            self._track(
                "requests", "ALBRequestCountPerTarget", settings.requests_per_target, request_label
            )
        self._schedule()

    def _track(self, load: str, metric: str, target: int, label: str | None = None) -> None:
        addressed(
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
                **self._of_target,
            ),
            f"{slug(self._service)}_{load}_scaling",
        )

    def _schedule(self) -> None:
        for action in self._settings.schedules:
            addressed(
                AppautoscalingScheduledAction(
                    self,
                    f"{action.name}_action",
                    name=self._names.scheduled_action(self._service, action.name),
                    schedule=f"cron({action.cron})",
                    timezone=action.timezone,
                    scalable_target_action=AppautoscalingScheduledActionScalableTargetAction(
                        # Numbers as text in provider 6.
                        min_capacity=str(action.min_capacity),
                        max_capacity=str(action.max_capacity),
                    ),
                    **self._of_target,
                ),
                f"{slug(self._service)}_{slug(action.name)}_schedule",
            )
