"""A CloudWatch Logs metric filter that counts log lines."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.constructs.observability.metrics import Metric
from navra_stacks.settings.model.interpolation import escape_template

__all__ = ["MetricFilter"]


class MetricFilter(Construct):
    """Counts the log lines that match a filter pattern, in a custom metric.

    Lines that do not match count as 0, so that the metric has data as soon as a line is logged.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        logical_id: str,
        name: str,
        pattern: str,
        log_group: LogGroup,
        namespace: str,
        metric: str,
    ) -> None:
        super().__init__(scope, id_)
        with_logical_id(
            CloudwatchLogMetricFilter(
                self,
                "filter",
                name=name,
                # Regular expressions are enclosed in % signs, which Terraform must not interpret
                # as a template.
                pattern=escape_template(pattern),
                log_group_name=log_group.name,
                metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
                    namespace=namespace, name=metric, value="1", default_value="0", unit="Count"
                ),
            ),
            logical_id,
        )
        self.metric = Metric(namespace, metric, {}, "Sum")
