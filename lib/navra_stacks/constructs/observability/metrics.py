"""What alarms and dashboards look at, and the metrics that AWS keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Metric", "MonitoredEnvironment", "MonitoredService"]


class Metric(NamedTuple):
    """One series of numbers in CloudWatch."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    """``Sum``, ``Average``, ``Minimum``, ``Maximum``, or a percentile as in ``p95``."""


class MonitoredService(NamedTuple):
    """A service, by the names under which CloudWatch knows it."""

    name: str
    """As the settings call it."""

    ecs_name: str

    target_groups: tuple[str, ...]
    """The ARN suffixes of its target groups; none where the load balancer does not lead to it."""

    least_tasks: int
    """How many tasks it always has: those desired, or the least that autoscaling leaves."""


class MonitoredEnvironment(NamedTuple):
    """An environment, by the names under which CloudWatch knows its parts.

    The names are text, where AWS lets them be: an alarm on a service does not wait for the service,
    so that a deployment of the service may wait for the alarm.
    """

    load_balancer: str
    """The ARN suffix of the load balancer."""

    cluster: str

    services: tuple[MonitoredService, ...]

    container_insights: bool = False
    """Whether the cluster reports how many tasks are desired and run."""

    database: str | None = None
    """The identifier of the RDS instance; None where nobody here manages one."""

    cache_nodes: tuple[str, ...] = ()
    """The ids of the ElastiCache nodes: ``<replication group>-001`` and so on."""

    def of_load_balancer(self, name: str, statistic: str) -> Metric:
        return Metric("AWS/ApplicationELB", name, {"LoadBalancer": self.load_balancer}, statistic)

    def of_targets(self, service: MonitoredService, name: str, statistic: str) -> list[Metric]:
        """The metric of each target group of the service."""
        return [
            Metric(
                "AWS/ApplicationELB",
                name,
                {"LoadBalancer": self.load_balancer, "TargetGroup": group},
                statistic,
            )
            for group in service.target_groups
        ]

    def of_service(self, service: MonitoredService, name: str, statistic: str) -> Metric:
        return Metric("AWS/ECS", name, self._dimensions(service), statistic)

    def of_tasks(self, service: MonitoredService, name: str) -> Metric:
        """A count that Container Insights keeps."""
        return Metric("ECS/ContainerInsights", name, self._dimensions(service), "Average")

    def of_database(self, name: str, statistic: str) -> Metric:
        return Metric("AWS/RDS", name, {"DBInstanceIdentifier": str(self.database)}, statistic)

    @staticmethod
    def of_cache(node: str, name: str, statistic: str) -> Metric:
        return Metric("AWS/ElastiCache", name, {"CacheClusterId": node}, statistic)

    def _dimensions(self, service: MonitoredService) -> dict[str, str]:
        return {"ClusterName": self.cluster, "ServiceName": service.ecs_name}
