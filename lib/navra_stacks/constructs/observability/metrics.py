"""The CloudWatch metrics of an environment, for alarms and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Metric", "MonitoredEnvironment", "MonitoredService"]


class Metric(NamedTuple):
    """A CloudWatch metric with its statistic."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    """``Sum``, ``Average``, ``Minimum``, ``Maximum``, or a percentile, for example ``p95``."""


class MonitoredService(NamedTuple):
    """A service, with the dimensions of its metrics."""

    name: str
    """The name of the service in the settings."""

    ecs_name: str
    """The name of the ECS service."""

    target_groups: tuple[str, ...]
    """The ARN suffixes of the service's target groups; empty for a service without traffic."""

    min_tasks: int
    """The minimum number of tasks: the desired count, or the minimum of autoscaling."""


class MonitoredEnvironment(NamedTuple):
    """An environment, with the dimensions of its metrics.

    Dimensions are literal names instead of references where possible. An alarm on a service then
    does not depend on the service, so that the service can depend on the alarm.
    """

    load_balancer: str
    """The ARN suffix of the load balancer, for example ``app/shop-qa/50dc6c495c0c9188``."""

    cluster: str

    services: tuple[MonitoredService, ...]

    container_insights: bool = False
    """Whether Container Insights is on, so that the cluster reports desired and running task
    counts.
    """

    database: str | None = None
    """The identifier of the RDS instance; None if the stack manages no database."""

    cache_cores: int | None = None
    """The number of vCPUs of a cache node if it has at most two; None for more, or no cache."""

    cache_nodes: tuple[str, ...] = ()
    """The IDs of the ElastiCache nodes, for example ``shop-qa-001``; empty without a cache."""

    def of_load_balancer(self, name: str, statistic: str) -> Metric:
        return Metric("AWS/ApplicationELB", name, {"LoadBalancer": self.load_balancer}, statistic)

    def of_targets(self, service: MonitoredService, name: str, statistic: str) -> list[Metric]:
        """Return a metric for each target group of `service`."""
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
        """Return a Container Insights metric for a task count of `service`."""
        return Metric("ECS/ContainerInsights", name, self._dimensions(service), "Average")

    def of_database(self, name: str, statistic: str) -> Metric:
        return Metric("AWS/RDS", name, {"DBInstanceIdentifier": str(self.database)}, statistic)

    @staticmethod
    def of_cache(node: str, name: str, statistic: str) -> Metric:
        return Metric("AWS/ElastiCache", name, {"CacheClusterId": node}, statistic)

    def _dimensions(self, service: MonitoredService) -> dict[str, str]:
        return {"ClusterName": self.cluster, "ServiceName": service.ecs_name}
