"""The alarms that roll a traffic shift back."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.naming import slug
from navra_stacks.settings.compute.traffic_shifting import RollbackAlarms

__all__ = ["TrafficShiftAlarms"]


MINUTES_OF_A_DAY = 1440
"""The maximum of evaluation periods times period, in minutes (CloudWatch API, PutMetricAlarm)."""


class TrafficShiftAlarms(Construct):
    """Alarms on 5xx responses and unhealthy tasks of both target groups of a service.

    ECS evaluates the alarms during a deployment. The alarms have no actions, and are created even
    if the settings turn alarms off. Missing data does not breach, because a target group that is
    not in use has no data.
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
        alternate_target_group: TargetGroup,
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
            alternate_target_group: The target group of the service's next revision.
            grace_seconds: Seconds for which a starting task may be unhealthy.
        """
        super().__init__(scope, id_)
        self._service = service
        self._names = env.names
        self._load_balancer = load_balancer
        self.names: list[str] = []
        groups = {"": target_group, "alternate": alternate_target_group}
        for part, group in groups.items():
            self._alarm(
                part,
                "5xx",
                group,
                f"{service} returns 5xx responses: ECS rolls back a running deployment",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                threshold=settings.errors_a_minute,
                evaluation_periods=settings.error_minutes,
            )
            self._alarm(
                part,
                "unhealthy",
                group,
                f"{service} has unhealthy tasks: ECS rolls back a running deployment",
                metric_name="UnHealthyHostCount",
                statistic="Maximum",
                threshold=1,
                # A task that becomes healthy within its grace period must not trigger the alarm.
                evaluation_periods=min(-(-grace_seconds // 60) + 2, MINUTES_OF_A_DAY),
            )

    def _alarm(
        self, part: str, cause: str, target_group: TargetGroup, description: str, **metric: Any
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
                namespace="AWS/ApplicationELB",
                dimensions={
                    "LoadBalancer": self._load_balancer.arn_suffix,
                    "TargetGroup": target_group.arn_suffix,
                },
                period=60,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                # When a service returns to rolling, it stops using its alarms first.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                **metric,
            ),
            logical_id,
        )
        self.names.append(alarm.alarm_name)
