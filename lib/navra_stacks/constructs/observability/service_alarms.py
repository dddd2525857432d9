"""The alarms on one service."""

from __future__ import annotations

from constructs import Construct

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
from navra_stacks.naming import Names, slug
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["ServiceAlarms"]


class ServiceAlarms(Construct):
    """Rings when a service fails its users, or is about to: health, errors, latency, load, tasks.

    Where a service has two target groups they count together, since either may take the traffic.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Alarms,
        service: MonitoredService,
        watched: MonitoredEnvironment,
        names: Names,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._service = service
        self._watched = watched
        self._names = names
        self._topic_arn = topic_arn
        self.of_users: list[Alarm] = self._users() if service.target_groups else []
        """Those that tell how users fare, by which a bad deployment is known."""

        self.all: list[Alarm] = [*self.of_users, self._cpu(), self._memory()]
        if service.least_tasks > 0:
            self.all.append(self._tasks())

    def _users(self) -> list[Alarm]:
        return [self._unhealthy(), self._errors(), self._latency()]

    def _unhealthy(self) -> Alarm:
        return self._alarm(
            "unhealthy-targets",
            "Tasks of {name} fail the load balancer's health check. Look at the targets of its "
            "target group, which give the reason, and at the log of the tasks.",
            MetricExpression.total(
                self._targets("UnHealthyHostCount", "Maximum"), "unhealthy targets"
            ),
            # No target at all reports nothing: that is the alarm on tasks, not this one.
            AlarmCondition("GreaterThanOrEqualToThreshold", 1, missing="notBreaching"),
        )

    def _errors(self) -> Alarm:
        errors = numbered("errors", self._targets("HTTPCode_Target_5XX_Count", "Sum"))
        requests = self._requests()
        # In metric math a missing point counts as 0.
        total = " + ".join(requests)
        return self._alarm(
            "errors",
            "{name} answers more than "
            f"{self._settings.error_percent} % of its requests with 5xx. Look at its log at the "
            "time, and at what was deployed last.",
            MetricExpression(
                {**errors, **requests},
                f"IF({total} >= {self._settings.minimum_requests}, "
                f"100 * ({' + '.join(errors)}) / ({total}), 0)",
                "5xx answers (%)",
            ),
            # Nothing is reported while nobody asks.
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
            "One in twenty answers of {name} takes longer than "
            f"{self._settings.latency_seconds} s. Look at its CPU and memory, at the database and "
            "cache, and at what was deployed last.",
            MetricExpression(
                {**latency, **requests},
                f"IF({' + '.join(requests)} >= {self._settings.minimum_requests}, {slowest}, 0)",
                "p95 of the response time (s)",
            ),
            # Nothing is reported while nobody asks.
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
            "has reached its maximum, and at what was deployed last.",
        )

    def _memory(self) -> Alarm:
        return self._load(
            "memory",
            "MemoryUtilization",
            self._settings.memory_percent,
            "The tasks of {name} are short of memory, and at 100 % they are killed. Look for a "
            "leak since the last deployment, or give the tasks more.",
        )

    def _load(self, kind: str, metric: str, percent: int, description: str) -> Alarm:
        return self._alarm(
            kind,
            description,
            MetricExpression.of(self._watched.of_service(self._service, metric, "Average")),
            # Nothing is reported without a running task: that is the alarm on tasks, not this one.
            AlarmCondition("GreaterThanThreshold", percent, missing="notBreaching"),
        )

    def _tasks(self) -> Alarm:
        """Fewer tasks than there should be. Here silence is the worst sign: nothing runs at all."""
        service, watched = self._service, self._watched
        look = "Look at the service's events: an image that cannot be pulled, a task that exits."
        if watched.container_insights:
            running = watched.of_tasks(service, "RunningTaskCount")
            desired = watched.of_tasks(service, "DesiredTaskCount")
            signal = MetricExpression(
                {"running": running, "desired": desired}, "desired - running", "missing tasks"
            )
            when = AlarmCondition("GreaterThanThreshold", 0, missing="breaching", breaching=5)
            text = f"Fewer tasks of {{name}} run than are desired. {look}"
        elif service.target_groups:
            healthy = self._targets("HealthyHostCount", "Minimum")
            signal = MetricExpression.total(healthy, "healthy targets")
            when = AlarmCondition(
                "LessThanThreshold",
                service.least_tasks,
                missing="breaching",
                breaching=5,
            )
            text = (
                f"{{name}} has fewer healthy tasks than the {service.least_tasks} that it should "
                f"always have. {look}"
            )
        else:
            # ECS reports no CPU while no task runs, and CPU is never below 0.
            signal = MetricExpression.of(watched.of_service(service, "CPUUtilization", "Average"))
            when = AlarmCondition("LessThanThreshold", 0, missing="breaching", breaching=5)
            text = f"No task of {{name}} runs. {look}"
        return self._alarm("tasks", text, signal, when)

    def _targets(self, metric: str, statistic: str) -> list[Metric]:
        return self._watched.of_targets(self._service, metric, statistic)

    def _requests(self) -> dict[str, Metric]:
        return numbered("requests", self._targets("RequestCount", "Sum"))

    def _alarm(
        self, kind: str, description: str, signal: MetricExpression, when: AlarmCondition
    ) -> Alarm:
        service = self._service.name
        return Alarm(
            self,
            kind,
            address=f"{slug(service)}_service_{slug(kind)}_alarm",
            name=self._names.service_alarm(service, kind),
            description=description.format(name=service),
            signal=signal,
            when=when,
            topic_arn=self._topic_arn,
        )
