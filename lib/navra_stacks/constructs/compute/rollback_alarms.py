"""The alarms that roll a shift of traffic back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import Names, slug
from navra_stacks.settings.compute.traffic_shifting import RollbackAlarms as RollbackAlarmSettings

__all__ = ["RollbackAlarms"]


MINUTES_OF_A_DAY = 1440
"""The longest that an alarm looks back (CloudWatch API, PutMetricAlarm)."""


class RollbackAlarms(Construct):
    """Watches both target groups of a service for 5xx answers and unhealthy tasks.

    ECS reads their state during a deployment; they tell nobody else, and exist whether or not the
    environment has alarms. A silent target group, such as the one that is not in use, is well.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: RollbackAlarmSettings,
        service: str,
        names: Names,
        load_balancer: str,
        target_groups: Mapping[str, str],
        grace_seconds: int,
    ) -> None:
        """Watch the `target_groups`: by their part of a name, their ARN suffixes.

        Args:
            scope: The construct that holds this one.
            id_: Its id in that.
            settings: The thresholds.
            service: What the settings call the service.
            names: The physical names.
            load_balancer: The ARN suffix of the load balancer.
            target_groups: ``{"": <ARN suffix>, "alternate": <ARN suffix>}``.
            grace_seconds: How long a starting task may be unhealthy.
        """
        super().__init__(scope, id_)
        self._service = service
        self._names = names
        self._load_balancer = load_balancer
        self.names: list[str] = []
        for part, target_group in target_groups.items():
            self._alarm(
                part,
                "5xx",
                target_group,
                f"{service} answers with 5xx: ECS rolls a deployment back",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                threshold=settings.errors_a_minute,
                evaluation_periods=settings.error_minutes,
            )
            self._alarm(
                part,
                "unhealthy",
                target_group,
                f"{service} has unhealthy tasks: ECS rolls a deployment back",
                metric_name="UnHealthyHostCount",
                statistic="Maximum",
                threshold=1,
                # A task that becomes well within its grace must not have raised it.
                evaluation_periods=min(-(-grace_seconds // 60) + 2, MINUTES_OF_A_DAY),
            )

    def _alarm(
        self, part: str, cause: str, target_group: str, description: str, **metric: Any
    ) -> None:
        address = slug(f"{self._service} {part} {cause} rollback alarm")
        alarm = addressed(
            CloudwatchMetricAlarm(
                self,
                address,
                alarm_name=self._names.rollback_alarm(
                    self._service, "-".join(filter(None, (part, cause)))
                ),
                alarm_description=description,
                namespace="AWS/ApplicationELB",
                dimensions={"LoadBalancer": self._load_balancer, "TargetGroup": target_group},
                period=60,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                # A service that goes back to rolling lets go of its alarms before they go.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                **metric,
            ),
            address,
        )
        self.names.append(alarm.alarm_name)
