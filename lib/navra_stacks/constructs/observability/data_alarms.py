"""The alarms on the database and the cache that the stack manages."""

from __future__ import annotations

from collections.abc import Iterator

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.observability.alarm import Alarm, AlarmCondition, MetricExpression
from navra_stacks.constructs.observability.metrics import Metric, MonitoredEnvironment
from navra_stacks.settings.observability.thresholds import CacheThresholds, DatabaseThresholds

__all__ = ["DataAlarms"]

_MIB = 1024**2
_GIB = 1024**3


class DataAlarms(Construct):
    """Alarms on capacity and load of the database and the cache that the stack manages.

    An alarm on the cache evaluates the largest value of all nodes.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        database: DatabaseThresholds,
        cache: CacheThresholds,
        monitored: MonitoredEnvironment,
        env: EnvironmentContext,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id_)
        self._monitored = monitored
        self._names = env.names
        self._topic_arn = topic_arn
        self.all: list[Alarm] = []
        if monitored.database is not None:
            self.all += self._of_database(database)
        if monitored.cache_nodes:
            self.all += self._of_cache(cache)

    def _of_database(self, settings: DatabaseThresholds) -> Iterator[Alarm]:
        storage, connections = settings.free_storage_gib, settings.connections
        assert storage is not None  # `EnvironmentFields.alarms` has replaced both
        assert connections is not None
        # A running database reports every minute. Without data, it is down or was renamed.
        for kind, metric, statistic, comparison, threshold, description in (
            (
                "cpu",
                "CPUUtilization",
                "Average",
                "GreaterThanThreshold",
                settings.cpu_percent,
                f"The CPU utilization of the database is above {settings.cpu_percent} %, or there "
                "is no data. Look at Performance Insights for the statements that use it.",
            ),
            (
                "storage",
                "FreeStorageSpace",
                "Minimum",
                "LessThanThreshold",
                storage * _GIB,
                f"The database has less than {storage} GiB of free storage; when it is full, it "
                "stops. Storage autoscaling is off, has reached its maximum, or waits after its "
                "last change. Increase the storage, or its maximum.",
            ),
            (
                "memory",
                "FreeableMemory",
                "Minimum",
                "LessThanThreshold",
                settings.free_memory_mib * _MIB,
                f"The database has less than {settings.free_memory_mib} MiB of free memory and "
                "starts to swap. Look at its connections, or use a larger instance class.",
            ),
            (
                "connections",
                "DatabaseConnections",
                "Maximum",
                "GreaterThanThreshold",
                connections,
                f"More than {connections} connections to the database are open; at its "
                "limit it refuses more. Look at the pool sizes and task counts of the services.",
            ),
        ):
            yield self._alarm(
                f"database-{kind}",
                description,
                MetricExpression.of(self._monitored.of_database(metric, statistic)),
                AlarmCondition(comparison, threshold, missing="breaching"),  # type: ignore[arg-type]
            )

    def _of_cache(self, settings: CacheThresholds) -> Iterator[Alarm]:
        # TLS and the operating system use a large part of a node with few cores, and its engine
        # metric stays low (ElastiCache User Guide, "Which metrics should I monitor?").
        cores = self._monitored.cache_cores
        metric, what, limit = (
            ("EngineCPUUtilization", "engine CPU", settings.cpu_percent)
            if cores is None
            else ("CPUUtilization", "CPU", settings.cpu_percent / cores)
        )
        yield self._alarm(
            "cache-cpu",
            f"The {what} of the cache is above {limit:g} %, or there is no data. "
            "Look for slow commands (SLOWLOG), or use a larger node type.",
            self._largest(metric, "Average"),
            AlarmCondition("GreaterThanThreshold", limit, missing="breaching"),
        )
        yield self._alarm(
            "cache-memory",
            f"The cache uses more than {settings.memory_percent} % of its memory. Look for keys "
            "that never expire, or use a larger node type.",
            self._largest("DatabaseMemoryUsagePercentage", "Average"),
            AlarmCondition("GreaterThanThreshold", settings.memory_percent, missing="breaching"),
        )
        yield self._alarm(
            "cache-evictions",
            f"The cache evicts more than {settings.evictions} keys per minute. Look at its memory, "
            "or use a larger node type.",
            self._largest("Evictions", "Sum"),
            # The CPU alarm already covers missing data.
            AlarmCondition("GreaterThanThreshold", settings.evictions, missing="notBreaching"),
        )
        if len(self._monitored.cache_nodes) > 1:
            yield self._alarm(
                "cache-replication-lag",
                f"A replica of the cache is more than {settings.replication_lag_seconds} s behind; "
                "a failover would lose that. Look at the primary's writes and the network.",
                self._largest("ReplicationLag", "Maximum"),
                # Only replicas report this metric, and a failover changes the set of replicas.
                AlarmCondition(
                    "GreaterThanThreshold",
                    settings.replication_lag_seconds,
                    missing="notBreaching",
                ),
            )

    def _largest(self, metric: str, statistic: str) -> MetricExpression:
        return MetricExpression.largest(self._nodes(metric, statistic), metric)

    def _nodes(self, metric: str, statistic: str) -> list[Metric]:
        nodes = self._monitored.cache_nodes
        return [self._monitored.of_cache(node, metric, statistic) for node in nodes]

    def _alarm(
        self, kind: str, description: str, expression: MetricExpression, condition: AlarmCondition
    ) -> Alarm:
        return Alarm(
            self,
            kind,
            logical_id=f"{kind.replace('-', '_')}_alarm",
            name=self._names.alarm(kind),
            description=description,
            expression=expression,
            condition=condition,
            topic_arn=self._topic_arn,
        )
