"""One CloudWatch alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.observability.metrics import Metric

__all__ = ["Alarm", "AlarmCondition", "MetricExpression"]

Comparison = Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]


class MetricExpression(NamedTuple):
    """What an alarm measures: one metric, or an expression over several by their names in it."""

    metrics: Mapping[str, Metric]

    expression: str | None = None
    """In CloudWatch's metric math; None where there is one metric and nothing to compute."""

    label: str = ""
    """What an expression yields, as the console shows it."""

    @classmethod
    def of(cls, metric: Metric) -> MetricExpression:
        """One metric as it is."""
        return cls({"metric": metric})

    @classmethod
    def largest(cls, metrics: Sequence[Metric], label: str) -> MetricExpression:
        """The largest of the metrics, minute by minute."""
        return cls.of(metrics[0]) if len(metrics) == 1 else cls._over("MAX", metrics, label)

    @classmethod
    def total(cls, metrics: Sequence[Metric], label: str) -> MetricExpression:
        """The sum of the metrics, minute by minute."""
        return cls.of(metrics[0]) if len(metrics) == 1 else cls._over("SUM", metrics, label)

    @classmethod
    def _over(cls, function: str, metrics: Sequence[Metric], label: str) -> MetricExpression:
        named = numbered("metric", metrics)
        return cls(named, f"{function}([{', '.join(named)}])", label)


def numbered(name: str, metrics: Sequence[Metric]) -> dict[str, Metric]:
    """The metrics under names that an expression may use: ``errors_1``, ``errors_2``."""
    return {f"{name}_{number}": metric for number, metric in enumerate(metrics, start=1)}


class AlarmCondition(NamedTuple):
    """When an alarm rings."""

    comparison: Comparison
    threshold: float

    missing: Literal["breaching", "notBreaching"]
    """What silence means. There is no default: for some metrics it is the worst sign of all."""

    periods: int = 5
    """Periods that are looked at."""

    breaching: int = 3
    """How many of these must be bad, so that a blip does not ring and a flapping fault does."""

    period_seconds: int = 60


class Alarm(Construct):
    """Tells when it begins to ring and when it stops. One that tells nobody cannot be made."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: str,
        name: str,
        description: str,
        signal: MetricExpression,
        when: AlarmCondition,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id_)
        alarm = addressed(
            CloudwatchMetricAlarm(
                self,
                "alarm",
                alarm_name=name,
                alarm_description=description,
                comparison_operator=when.comparison,
                threshold=when.threshold,
                evaluation_periods=when.periods,
                datapoints_to_alarm=when.breaching,
                treat_missing_data=when.missing,
                alarm_actions=[topic_arn],
                ok_actions=[topic_arn],
                **_measured(signal, when.period_seconds),
            ),
            address,
        )
        self.arn: str = alarm.arn
        self.name = name


def _measured(signal: MetricExpression, period: int) -> dict[str, Any]:
    if signal.expression is None:
        (metric,) = signal.metrics.values()
        return {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": dict(metric.dimensions),
            "period": period,
            "statistic": metric.statistic,
        }
    result = CloudwatchMetricAlarmMetricQuery(
        id="result", expression=signal.expression, label=signal.label, return_data=True
    )
    return {
        "metric_query": [
            result,
            *(
                CloudwatchMetricAlarmMetricQuery(
                    id=name,
                    return_data=False,
                    metric=CloudwatchMetricAlarmMetricQueryMetric(
                        namespace=metric.namespace,
                        metric_name=metric.name,
                        dimensions=dict(metric.dimensions),
                        period=period,
                        stat=metric.statistic,
                    ),
                )
                for name, metric in signal.metrics.items()
            ),
        ]
    }
