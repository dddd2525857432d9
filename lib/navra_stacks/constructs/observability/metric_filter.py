"""A count of log lines."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.observability.metrics import Metric
from navra_stacks.settings.model.interpolation import literal

__all__ = ["MetricFilter"]


class MetricFilter(Construct):
    """Counts the lines of a log group that match a pattern, as a metric of our own.

    Lines that do not match count as 0, so that the metric exists as soon as anything is logged.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: str,
        name: str,
        pattern: str,
        log_group_name: str,
        namespace: str,
        metric: str,
    ) -> None:
        super().__init__(scope, id_)
        addressed(
            CloudwatchLogMetricFilter(
                self,
                "filter",
                name=name,
                # Regular expressions stand between % signs, which Terraform must not take for its
                # own template.
                pattern=literal(pattern),
                log_group_name=log_group_name,
                metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
                    namespace=namespace, name=metric, value="1", default_value="0", unit="Count"
                ),
            ),
            address,
        )
        self.metric = Metric(namespace, metric, {}, "Sum")
