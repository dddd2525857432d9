"""The dashboard of an environment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.observability.environment_alarms import EnvironmentAlarms
from navra_stacks.constructs.observability.metrics import (
    Metric,
    MonitoredEnvironment,
    MonitoredService,
)

__all__ = ["Dashboard"]

COLUMNS = 24
"""The width of a dashboard in grid units (CloudWatch, "Dashboard body structure")."""

HEIGHT = 6
ALARMS_HEIGHT = 3

Line = tuple[str, Metric]
"""A line in a graph: its label and its metric."""

Widget = dict[str, Any]


class Dashboard(Construct):
    """A dashboard with graphs of the load balancer, each service, the database and the cache.

    If the environment has alarms, the first widget shows the states of the alarms, and graphs show
    the number of log lines that match the patterns of log pattern alarms.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: EnvironmentContext,
        monitored: MonitoredEnvironment,
        alarms: EnvironmentAlarms | None,
    ) -> None:
        super().__init__(scope, id_)
        self._region = env.location.region
        self._monitored = monitored
        rows = [] if alarms is None else [self._alarms(alarms.arns)]
        rows.append(self._environment({} if alarms is None else alarms.log_patterns))
        rows += [self._service(service) for service in monitored.services]
        if monitored.database is not None:
            rows.append(self._database())
        if monitored.cache_nodes:
            rows.append(self._cache())
        with_logical_id(
            CloudwatchDashboard(
                self,
                "dashboard",
                dashboard_name=env.names.dashboard,
                dashboard_body=json.dumps({"widgets": _layout(rows)}),
            ),
            "dashboard",
        )

    def _alarms(self, arns: Sequence[str]) -> list[Widget]:
        return [
            {
                "type": "alarm",
                "height": ALARMS_HEIGHT,
                "properties": {"title": "Alarms", "alarms": list(arns)},
            }
        ]

    def _environment(self, log_patterns: Mapping[str, Metric]) -> list[Widget]:
        of = self._monitored.of_load_balancer
        row = [
            self._graph("Requests a minute", [("requests", of("RequestCount", "Sum"))]),
            self._graph(
                "Errors of the services a minute",
                [
                    ("4xx", of("HTTPCode_Target_4XX_Count", "Sum")),
                    ("5xx", of("HTTPCode_Target_5XX_Count", "Sum")),
                ],
            ),
            self._graph(
                "Errors of the load balancer itself a minute",
                [
                    ("4xx", of("HTTPCode_ELB_4XX_Count", "Sum")),
                    ("5xx", of("HTTPCode_ELB_5XX_Count", "Sum")),
                ],
            ),
        ]
        for name, metric in log_patterns.items():
            words = name.split("-")
            title = f"{' '.join(words).capitalize()} a minute"
            row.append(self._graph(title, [(words[-1], metric)]))
        return row

    def _service(self, service: MonitoredService) -> list[Widget]:
        of = self._monitored.of_service
        load = self._graph(
            f"{service.name}: CPU and memory (%)",
            [
                ("CPU", of(service, "CPUUtilization", "Average")),
                ("memory", of(service, "MemoryUtilization", "Average")),
            ],
        )
        if not service.target_groups:
            return [load]
        return [
            self._graph(
                f"{service.name}: targets",
                [
                    *self._targets(service, "healthy", "HealthyHostCount", "Minimum"),
                    *self._targets(service, "unhealthy", "UnHealthyHostCount", "Maximum"),
                ],
            ),
            load,
            self._graph(
                f"{service.name}: requests and errors a minute",
                [
                    *self._targets(service, "requests", "RequestCount", "Sum"),
                    *self._targets(service, "4xx", "HTTPCode_Target_4XX_Count", "Sum"),
                    *self._targets(service, "5xx", "HTTPCode_Target_5XX_Count", "Sum"),
                ],
            ),
            self._graph(
                f"{service.name}: response time (s)",
                [
                    *self._targets(service, "p50", "TargetResponseTime", "p50"),
                    *self._targets(service, "p95", "TargetResponseTime", "p95"),
                    *self._targets(service, "p99", "TargetResponseTime", "p99"),
                ],
            ),
        ]

    def _database(self) -> list[Widget]:
        of = self._monitored.of_database
        return [
            self._graph("Database: CPU (%)", [("CPU", of("CPUUtilization", "Average"))]),
            self._graph(
                "Database: connections", [("connections", of("DatabaseConnections", "Maximum"))]
            ),
            self._graph(
                "Database: free storage (bytes)", [("free", of("FreeStorageSpace", "Minimum"))]
            ),
            self._graph(
                "Database: free memory (bytes)", [("free", of("FreeableMemory", "Minimum"))]
            ),
        ]

    def _cache(self) -> list[Widget]:
        nodes = self._monitored.cache_nodes
        return [
            self._graph(
                title, [(node, self._monitored.of_cache(node, metric, stat)) for node in nodes]
            )
            for title, metric, stat in (
                ("Cache: CPU of the engine (%)", "EngineCPUUtilization", "Average"),
                ("Cache: memory (%)", "DatabaseMemoryUsagePercentage", "Average"),
                ("Cache: evictions a minute", "Evictions", "Sum"),
                ("Cache: replication lag (s)", "ReplicationLag", "Maximum"),
            )
            if metric != "ReplicationLag" or len(nodes) > 1
        ]

    def _targets(
        self, service: MonitoredService, label: str, metric: str, statistic: str
    ) -> list[Line]:
        found = self._monitored.of_targets(service, metric, statistic)
        if len(found) == 1:
            return [(label, found[0])]
        return [(f"{label}, group {number}", one) for number, one in enumerate(found, start=1)]

    def _graph(self, title: str, lines: Sequence[Line]) -> Widget:
        return {
            "type": "metric",
            "height": HEIGHT,
            "properties": {
                "title": title,
                "region": self._region,
                "view": "timeSeries",
                "stacked": False,
                "period": 60,
                "yAxis": {"left": {"min": 0}},
                "metrics": [
                    [
                        metric.namespace,
                        metric.name,
                        *(part for pair in metric.dimensions.items() for part in pair),
                        {"label": label, "stat": metric.statistic},
                    ]
                    for label, metric in lines
                ],
            },
        }


def _layout(rows: Sequence[Sequence[Widget]]) -> list[Widget]:
    """Return the widgets with their positions: each row fills the width of the dashboard."""
    placed: list[Widget] = []
    y = 0
    for row in rows:
        width = COLUMNS // len(row)
        placed += [
            {"x": index * width, "y": y, "width": width, **widget}
            for index, widget in enumerate(row)
        ]
        y += max(widget["height"] for widget in row)
    return placed
