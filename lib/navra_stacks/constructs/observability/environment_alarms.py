"""All alarms of an environment."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.observability.alarm import Alarm, AlarmCondition, MetricExpression
from navra_stacks.constructs.observability.alarm_topic import AlarmTopic
from navra_stacks.constructs.observability.data_alarms import DataAlarms
from navra_stacks.constructs.observability.metric_filter import MetricFilter
from navra_stacks.constructs.observability.metrics import Metric, MonitoredEnvironment
from navra_stacks.constructs.observability.service_alarms import ServiceAlarms
from navra_stacks.naming import Names, slug
from navra_stacks.settings.observability.alarms import Alarms as AlarmsSettings
from navra_stacks.settings.observability.log_pattern_alarm import LogPatternAlarm

__all__ = ["Alarms"]


class Alarms(Construct):
    """Rings when users are failed or soon will be; each alarm tells one topic, also when it stops.

    Its names hold no reference to a service, so that a service may wait for them and have a
    deployment rolled back by them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: AlarmsSettings,
        watched: MonitoredEnvironment,
        names: Names,
        location: Location,
        log_group_names: Mapping[str, str],
        deletion_window_days: int,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._names = names
        topic_arn = settings.topic_arn
        if topic_arn is None:
            topic_arn = AlarmTopic(
                self,
                "topic",
                settings=settings,
                name=names.alarm_topic,
                location=location,
                deletion_window_days=deletion_window_days,
            ).arn
        self.topic_arn = topic_arn
        self.log_patterns: dict[str, Metric] = {}
        """The metric of each alarm on a log pattern, by the alarm's name."""

        services = {
            service.name: ServiceAlarms(
                self,
                f"service_{service.name}",
                settings=settings,
                service=service,
                watched=watched,
                names=names,
                topic_arn=topic_arn,
            )
            for service in watched.services
        }
        self.rollback_names: dict[str, list[str]] = {
            name: [alarm.name for alarm in alarms.of_users] for name, alarms in services.items()
        }
        """By service, the names of the alarms by which a bad deployment is known."""

        data = DataAlarms(
            self,
            "data",
            database=settings.database,
            cache=settings.cache,
            watched=watched,
            names=names,
            topic_arn=topic_arn,
        )
        every = [self._load_balancer(watched)]
        every += [alarm for alarms in services.values() for alarm in alarms.all]
        every += [
            self._log_pattern(custom, log_group_names[custom.service]) for custom in settings.custom
        ]
        every += data.all
        self.arns = [alarm.arn for alarm in every]

    def _load_balancer(self, watched: MonitoredEnvironment) -> Alarm:
        """The 5xx that the load balancer answers itself, as no task could be asked or answered.

        A request that found no target is not among the requests that are counted, so the larger of
        both counts is what was asked.
        """
        asked = "MAX([requests, errors])"
        return self._alarm(
            "load-balancer-errors",
            f"The load balancer answers more than {self._settings.error_percent} % of all requests "
            "with a 5xx of its own. Look at the targets of each service: 503 is no healthy target, "
            "502 a broken connection, 504 no answer in time.",
            MetricExpression(
                {
                    "errors": watched.of_load_balancer("HTTPCode_ELB_5XX_Count", "Sum"),
                    "requests": watched.of_load_balancer("RequestCount", "Sum"),
                },
                f"IF({asked} >= {self._settings.minimum_requests}, 100 * errors / {asked}, 0)",
                "5xx of the load balancer (%)",
            ),
            # Nothing is reported while there are no such errors.
            AlarmCondition(
                "GreaterThanThreshold", self._settings.error_percent, missing="notBreaching"
            ),
        )

    def _log_pattern(self, settings: LogPatternAlarm, log_group_name: str) -> Alarm:
        filtered = MetricFilter(
            self,
            "budget_filter",
            address=f"{slug(settings.name)}_filter",
            name=self._names.alarm(settings.name),
            pattern=settings.pattern,
            log_group_name=log_group_name,
            namespace=self._names.metric_namespace,
            metric=settings.metric_name,
        )
        self.log_patterns[settings.name] = filtered.metric
        return self._alarm(
            settings.name,
            settings.alarm_description,
            MetricExpression.of(filtered.metric),
            # Nothing is reported while nothing is logged.
            AlarmCondition(
                "GreaterThanOrEqualToThreshold",
                settings.per_five_minutes,
                missing="notBreaching",
                periods=1,
                breaching=1,
                period_seconds=300,
            ),
        )

    def _alarm(
        self, kind: str, description: str, signal: MetricExpression, when: AlarmCondition
    ) -> Alarm:
        return Alarm(
            self,
            kind,
            address=f"{slug(kind)}_alarm",
            name=self._names.alarm(kind),
            description=description,
            signal=signal,
            when=when,
            topic_arn=self.topic_arn,
        )
