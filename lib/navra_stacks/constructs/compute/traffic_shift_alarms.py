"""The alarms that roll a traffic shift back."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.constructs.observability.alarm import (
    MetricExpression,
    metric_arguments,
    numbered,
)
from navra_stacks.constructs.observability.metrics import Metric
from navra_stacks.naming import slug
from navra_stacks.settings.compute.traffic_shifting import RollbackAlarms

__all__ = ["TrafficShiftAlarms"]


MINUTES_OF_A_DAY = 1440
"""The maximum of evaluation periods times period, in minutes (CloudWatch API, PutMetricAlarm)."""


class TrafficShiftAlarms(Construct):
    """Alarms on 5xx responses and unhealthy tasks of the target groups of a service.

    ECS evaluates the alarms during a deployment. The alarms have no actions, and are created even
    if the settings turn alarms off. Missing data does not breach, because a target group that is
    not in use has no data.

    Tasks that stop before the load balancer registers them leave no data either. With a limit for
    the start, one more alarm is on deployments in which one of the two target groups has no healthy
    task for that time. Not verified on AWS: that the metric `DeploymentCount` of Container Insights
    counts the deployments of every strategy.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: RollbackAlarms,
        env: EnvironmentContext,
        service: str,
        load_balancer: ApplicationLoadBalancer,
        target_group: TargetGroup,
        alternate_target_group: TargetGroup | None,
        grace_seconds: int,
    ) -> None:
        """Create the alarms of one service.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The thresholds.
            env: The context of the environment, for the names.
            service: The service's name in the settings.
            load_balancer: The load balancer of the target groups.
            target_group: The service's target group.
            alternate_target_group: The target group of the service's next revision; None for a
                service that no longer shifts traffic.
            grace_seconds: Seconds for which a starting task may be unhealthy.
        """
        super().__init__(scope, id_)
        self._service = service
        self._names = env.names
        self._load_balancer = load_balancer
        self.names: list[str] = []
        groups = {"": target_group}
        if alternate_target_group is not None:
            groups["alternate"] = alternate_target_group
        for part, group in groups.items():
            self._alarm(
                part,
                "5xx",
                f"{service} returns 5xx responses: ECS rolls back a running deployment",
                MetricExpression.of(self._metric("HTTPCode_Target_5XX_Count", "Sum", group)),
                threshold=settings.errors_a_minute,
                minutes=settings.error_minutes,
            )
            self._alarm(
                part,
                "unhealthy",
                f"{service} has unhealthy tasks: ECS rolls back a running deployment",
                MetricExpression.of(self._metric("UnHealthyHostCount", "Maximum", group)),
                threshold=1,
                # A task that becomes healthy within its grace period must not trigger the alarm.
                minutes=min(-(-grace_seconds // 60) + 2, MINUTES_OF_A_DAY),
            )
        if alternate_target_group is not None and settings.start_minutes is not None:
            self._alarm(
                "",
                "start",
                f"{service} has no healthy task of a new revision: ECS rolls back the deployment",
                self._deploying_without_healthy_tasks(groups),
                threshold=1,
                minutes=settings.start_minutes,
            )

    def _metric(self, name: str, statistic: str, target_group: TargetGroup) -> Metric:
        dimensions = {
            "LoadBalancer": self._load_balancer.arn_suffix,
            "TargetGroup": target_group.arn_suffix,
        }
        return Metric("AWS/ApplicationELB", name, dimensions, statistic)

    def _deploying_without_healthy_tasks(
        self, groups: Mapping[str, TargetGroup]
    ) -> MetricExpression:
        """Return an expression that is 1 if a deployment runs and a group has no healthy task."""
        healthy = [self._metric("HealthyHostCount", "Maximum", group) for group in groups.values()]
        named = numbered("healthy", healthy)
        deployments = Metric(
            "ECS/ContainerInsights",
            "DeploymentCount",
            {
                "ClusterName": self._names.cluster,
                "ServiceName": self._names.service(self._service),
            },
            "Maximum",
        )
        fewest = ", ".join(f"FILL({name}, 0)" for name in named)
        return MetricExpression(
            {"deployments": deployments, **named},
            f"IF(deployments > 1 AND MIN([{fewest}]) < 1, 1, 0)",
            "Deployment without a healthy task",
        )

    def _alarm(
        self,
        part: str,
        cause: str,
        description: str,
        expression: MetricExpression,
        *,
        threshold: int,
        minutes: int,
    ) -> None:
        logical_id = slug(f"{self._service} {part} {cause} rollback alarm")
        alarm = with_logical_id(
            CloudwatchMetricAlarm(
                self,
                logical_id,
                alarm_name=self._names.rollback_alarm(
                    self._service, "-".join(filter(None, (part, cause)))
                ),
                alarm_description=description,
                comparison_operator="GreaterThanOrEqualToThreshold",
                threshold=threshold,
                evaluation_periods=minutes,
                treat_missing_data="notBreaching",
                # When a service returns to rolling, it stops using its alarms first.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                **metric_arguments(expression, 60),
            ),
            logical_id,
        )
        self.names.append(alarm.alarm_name)
