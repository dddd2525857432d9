"""A CloudWatch alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.observability.metrics import Metric

__all__ = ["Alarm", "AlarmCondition", "MetricExpression", "metric_arguments", "numbered"]

Comparison = Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]


class MetricExpression(NamedTuple):
    """The input of an alarm: a metric, or a metric math expression over several metrics."""

    metrics: Mapping[str, Metric]
    """The metrics, by their IDs in `expression`."""

    expression: str | None = None
    """A CloudWatch metric math expression; None for a single metric."""

    label: str = ""
    """The label of the expression in the CloudWatch console; empty for a single metric."""

    @classmethod
    def of(cls, metric: Metric) -> MetricExpression:
        """Return an expression for a single metric, without metric math."""
        return cls({"metric": metric})

    @classmethod
    def largest(cls, metrics: Sequence[Metric], label: str) -> MetricExpression:
        """Return an expression for the maximum of `metrics` in each period."""
        return cls.of(metrics[0]) if len(metrics) == 1 else cls._over("MAX", metrics, label)

    @classmethod
    def total(cls, metrics: Sequence[Metric], label: str) -> MetricExpression:
        """Return an expression for the sum of `metrics` in each period."""
        return cls.of(metrics[0]) if len(metrics) == 1 else cls._over("SUM", metrics, label)

    @classmethod
    def _over(cls, function: str, metrics: Sequence[Metric], label: str) -> MetricExpression:
        named = numbered("metric", metrics)
        return cls(named, f"{function}([{', '.join(named)}])", label)


def numbered(name: str, metrics: Sequence[Metric]) -> dict[str, Metric]:
    """Return `metrics` by numbered IDs for an expression, such as ``errors_1`` and ``errors_2``."""
    return {f"{name}_{number}": metric for number, metric in enumerate(metrics, start=1)}


class AlarmCondition(NamedTuple):
    """The condition under which an alarm goes into the ALARM state."""

    comparison: Comparison
    threshold: float

    missing: Literal["breaching", "notBreaching"]
    """The treatment of missing data, for example ``notBreaching``; it has no default because
    missing data means an outage for some metrics.
    """

    periods: int = 5
    """The number of most recent periods that the alarm evaluates."""

    breaching: int = 3
    """How many of the evaluated periods must breach the threshold; the default ignores one or two
    bad periods.
    """

    period_seconds: int = 60


class Alarm(Construct):
    """A CloudWatch alarm that notifies an SNS topic when it enters the ALARM or OK state."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        logical_id: str,
        name: str,
        description: str,
        expression: MetricExpression,
        condition: AlarmCondition,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id_)
        alarm = with_logical_id(
            CloudwatchMetricAlarm(
                self,
                "alarm",
                alarm_name=name,
                alarm_description=description,
                comparison_operator=condition.comparison,
                threshold=condition.threshold,
                evaluation_periods=condition.periods,
                datapoints_to_alarm=condition.breaching,
                treat_missing_data=condition.missing,
                alarm_actions=[topic_arn],
                ok_actions=[topic_arn],
                **metric_arguments(expression, condition.period_seconds),
            ),
            logical_id,
        )
        self.arn: str = alarm.arn
        self.name = name


def metric_arguments(expression: MetricExpression, period: int) -> dict[str, Any]:
    """Return the arguments of an alarm for its input, with a period in seconds."""
    if expression.expression is None:
        (metric,) = expression.metrics.values()
        return {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": dict(metric.dimensions),
            "period": period,
            "statistic": metric.statistic,
        }
    result = CloudwatchMetricAlarmMetricQuery(
        id="result", expression=expression.expression, label=expression.label, return_data=True
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
                for name, metric in expression.metrics.items()
            ),
        ]
    }
