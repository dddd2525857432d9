"""The alarms of an environment."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.observability.alarm import Alarm, AlarmCondition, MetricExpression
from navra_stacks.constructs.observability.alarm_topic import AlarmTopic
from navra_stacks.constructs.observability.data_alarms import DataAlarms
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.constructs.observability.metric_filter import MetricFilter
from navra_stacks.constructs.observability.metrics import Metric, MonitoredEnvironment
from navra_stacks.constructs.observability.service_alarms import ServiceAlarms
from navra_stacks.naming import slug
from navra_stacks.settings.observability.alarms import Alarms
from navra_stacks.settings.observability.log_pattern_alarm import LogPatternAlarm

__all__ = ["EnvironmentAlarms"]


class EnvironmentAlarms(Construct):
    """All alarms of an environment, with the SNS topic that they notify.

    Alarm names are literals, so that the alarms do not depend on a service. The service can
    therefore depend on its alarms, which ECS needs in order to roll back deployments.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Alarms,
        monitored: MonitoredEnvironment,
        env: EnvironmentContext,
        log_groups: Mapping[str, LogGroup],
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._names = env.names
        topic_arn = settings.topic_arn
        if topic_arn is None:
            topic_arn = AlarmTopic(self, "topic", settings=settings, env=env).arn
        self.topic_arn = topic_arn
        self.log_patterns: dict[str, Metric] = {}
        """The metrics of the log pattern alarms, by their names in the settings."""

        services = {
            service.name: ServiceAlarms(
                self,
                f"service_{service.name}",
                settings=settings.for_service(service.name),
                service=service,
                monitored=monitored,
                env=env,
                topic_arn=topic_arn,
            )
            for service in monitored.services
        }
        self.rollback_names: dict[str, list[str]] = {
            name: [alarm.name for alarm in alarms.user_facing] for name, alarms in services.items()
        }
        """The names of the alarms that detect a bad deployment, by service name."""

        data = DataAlarms(
            self,
            "data",
            database=settings.database,
            cache=settings.cache,
            monitored=monitored,
            env=env,
            topic_arn=topic_arn,
        )
        every = [self._load_balancer(monitored)]
        every += [alarm for alarms in services.values() for alarm in alarms.all]
        every += [
            self._log_pattern(custom, log_groups[custom.service]) for custom in settings.custom
        ]
        every += data.all
        self.arns = [alarm.arn for alarm in every]

    def _load_balancer(self, monitored: MonitoredEnvironment) -> Alarm:
        """Create the alarm on 5xx responses that the load balancer itself generates.

        RequestCount excludes requests for which no target was chosen, so the expression takes the
        larger of RequestCount and the number of 5xx responses as the number of requests.
        """
        total = "MAX([requests, errors])"
        return self._alarm(
            "load-balancer-errors",
            f"More than {self._settings.error_percent} % of all requests get a 5xx response of the "
            "load balancer itself. Look at the targets of each service: 503 means no healthy "
            "target, 502 a failed connection, 504 no response in time.",
            MetricExpression(
                {
                    "errors": monitored.of_load_balancer("HTTPCode_ELB_5XX_Count", "Sum"),
                    "requests": monitored.of_load_balancer("RequestCount", "Sum"),
                },
                f"IF({total} >= {self._settings.minimum_requests}, 100 * errors / {total}, 0)",
                "5xx of the load balancer (%)",
            ),
            # Without 5xx errors, there is no data.
            AlarmCondition(
                "GreaterThanThreshold", self._settings.error_percent, missing="notBreaching"
            ),
        )

    def _log_pattern(self, settings: LogPatternAlarm, log_group: LogGroup) -> Alarm:
        filtered = MetricFilter(
            self,
            f"{settings.name}_filter",
            logical_id=f"{slug(settings.name)}_filter",
            name=self._names.alarm(settings.name),
            pattern=settings.pattern,
            log_group=log_group,
            namespace=self._names.metric_namespace,
            metric=settings.metric_name,
        )
        self.log_patterns[settings.name] = filtered.metric
        return self._alarm(
            settings.name,
            settings.alarm_description,
            MetricExpression.of(filtered.metric),
            # There is no data while nothing is logged.
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
        self, kind: str, description: str, expression: MetricExpression, condition: AlarmCondition
    ) -> Alarm:
        return Alarm(
            self,
            f"{kind}_alarm",
            logical_id=f"{slug(kind)}_alarm",
            name=self._names.alarm(kind),
            description=description,
            expression=expression,
            condition=condition,
            topic_arn=self.topic_arn,
        )
