"""The alarms on a service."""

from __future__ import annotations

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.observability.alarm import (
    Alarm,
    AlarmCondition,
    MetricExpression,
    numbered,
)
from navra_stacks.constructs.observability.metrics import (
    Metric,
    MonitoredEnvironment,
    MonitoredService,
)
from navra_stacks.naming import slug
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["ServiceAlarms"]


class ServiceAlarms(Construct):
    """Alarms on the health, errors, latency, load and task count of a service.

    If the service has two target groups, each alarm on their metrics combines both groups, because
    either group may receive the traffic.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Alarms,
        service: MonitoredService,
        monitored: MonitoredEnvironment,
        env: EnvironmentContext,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._service = service
        self._monitored = monitored
        self._names = env.names
        self._topic_arn = topic_arn
        self.user_facing: list[Alarm] = self._user_facing() if service.target_groups else []
        """The alarms on health, errors and latency, which detect a bad deployment; empty for a
        service without traffic.
        """

        self.all: list[Alarm] = [*self.user_facing, self._cpu(), self._memory()]
        if service.min_tasks > 0:
            self.all.append(self._tasks())

    def _user_facing(self) -> list[Alarm]:
        return [self._unhealthy(), self._errors(), self._latency()]

    def _unhealthy(self) -> Alarm:
        return self._alarm(
            "unhealthy-targets",
            "Tasks of {name} fail the load balancer's health check. Look at the targets of its "
            "target group, which give the reason, and at the log of the tasks.",
            MetricExpression.total(
                self._targets("UnHealthyHostCount", "Maximum"), "unhealthy targets"
            ),
            # Without any target there is no data; the task count alarm covers that.
            AlarmCondition("GreaterThanOrEqualToThreshold", 1, missing="notBreaching"),
        )

    def _errors(self) -> Alarm:
        errors = numbered("errors", self._targets("HTTPCode_Target_5XX_Count", "Sum"))
        requests = self._requests()
        # Metric math treats a missing data point as 0.
        total = " + ".join(requests)
        return self._alarm(
            "errors",
            f"More than {self._settings.error_percent} % of the responses of {{name}} are 5xx. "
            "Look at its log at that time, and at the last deployment.",
            MetricExpression(
                {**errors, **requests},
                f"IF({total} >= {self._settings.minimum_requests}, "
                f"100 * ({' + '.join(errors)}) / ({total}), 0)",
                "5xx answers (%)",
            ),
            # There is no data without requests.
            AlarmCondition(
                "GreaterThanThreshold", self._settings.error_percent, missing="notBreaching"
            ),
        )

    def _latency(self) -> Alarm:
        latency = numbered("latency", self._targets("TargetResponseTime", "p95"))
        requests = self._requests()
        slowest = next(iter(latency)) if len(latency) == 1 else f"MAX([{', '.join(latency)}])"
        return self._alarm(
            "latency",
            f"The p95 response time of {{name}} is above {self._settings.latency_seconds} s. "
            "Look at its CPU and memory, at the database and cache, and at the last deployment.",
            MetricExpression(
                {**latency, **requests},
                f"IF({' + '.join(requests)} >= {self._settings.minimum_requests}, {slowest}, 0)",
                "p95 of the response time (s)",
            ),
            # There is no data without requests.
            AlarmCondition(
                "GreaterThanThreshold", self._settings.latency_seconds, missing="notBreaching"
            ),
        )

    def _cpu(self) -> Alarm:
        return self._load(
            "cpu",
            "CPUUtilization",
            self._settings.cpu_percent,
            "The tasks of {name} are short of CPU. Look at its requests, at whether autoscaling "
            "has reached its maximum, and at the last deployment.",
        )

    def _memory(self) -> Alarm:
        return self._load(
            "memory",
            "MemoryUtilization",
            self._settings.memory_percent,
            "The tasks of {name} are short of memory; at 100 % ECS stops them. Look for a leak "
            "since the last deployment, or increase the memory of the tasks.",
        )

    def _load(self, kind: str, metric: str, percent: int, description: str) -> Alarm:
        return self._alarm(
            kind,
            description,
            MetricExpression.of(self._monitored.of_service(self._service, metric, "Average")),
            # Without a running task there is no data; the task count alarm covers that.
            AlarmCondition("GreaterThanThreshold", percent, missing="notBreaching"),
        )

    def _tasks(self) -> Alarm:
        """Create the alarm on too few running tasks.

        Missing data breaches, because none of the metrics has data while no task runs.
        """
        service, monitored = self._service, self._monitored
        look = "Look at the service's events: an image that cannot be pulled, a task that exits."
        if monitored.container_insights:
            running = monitored.of_tasks(service, "RunningTaskCount")
            desired = monitored.of_tasks(service, "DesiredTaskCount")
            expression = MetricExpression(
                {"running": running, "desired": desired}, "desired - running", "missing tasks"
            )
            condition = AlarmCondition("GreaterThanThreshold", 0, missing="breaching", breaching=5)
            text = f"Fewer tasks of {{name}} run than are desired. {look}"
        elif service.target_groups:
            healthy = self._targets("HealthyHostCount", "Minimum")
            expression = MetricExpression.total(healthy, "healthy targets")
            condition = AlarmCondition(
                "LessThanThreshold",
                service.min_tasks,
                missing="breaching",
                breaching=5,
            )
            text = f"{{name}} has fewer than {service.min_tasks} healthy tasks, its minimum. {look}"
        else:
            # ECS reports no CPU utilization while no task runs, and it is never below 0.
            expression = MetricExpression.of(
                monitored.of_service(service, "CPUUtilization", "Average")
            )
            condition = AlarmCondition("LessThanThreshold", 0, missing="breaching", breaching=5)
            text = f"No task of {{name}} runs. {look}"
        return self._alarm("tasks", text, expression, condition)

    def _targets(self, metric: str, statistic: str) -> list[Metric]:
        return self._monitored.of_targets(self._service, metric, statistic)

    def _requests(self) -> dict[str, Metric]:
        return numbered("requests", self._targets("RequestCount", "Sum"))

    def _alarm(
        self, kind: str, description: str, expression: MetricExpression, condition: AlarmCondition
    ) -> Alarm:
        service = self._service.name
        return Alarm(
            self,
            kind,
            logical_id=f"{slug(service)}_service_{slug(kind)}_alarm",
            name=self._names.service_alarm(service, kind),
            description=description.format(name=service),
            expression=expression,
            condition=condition,
            topic_arn=self._topic_arn,
        )
