"""Thresholds of the alarms on a service, a database and a cache."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import int_range

__all__ = [
    "TRAFFIC_THRESHOLDS",
    "CacheThresholds",
    "DatabaseThresholds",
    "LatencySeconds",
    "RequestCount",
    "ServiceThresholds",
    "ThresholdPercent",
]

ThresholdPercent = Annotated[int, int_range(1, 100, "threshold", "percent")]

RequestCount = Annotated[int, int_range(1, 1_000_000, "number of requests")]

LatencySeconds = Annotated[int, int_range(1, 4000, "threshold", "seconds")]
"""A response time in seconds; 4000 seconds is the longest idle timeout of a load balancer."""


TRAFFIC_THRESHOLDS = ("error_percent", "minimum_requests", "latency_seconds")
"""The thresholds in `ServiceThresholds` for a service that receives traffic."""


class ServiceThresholds(Settings):
    """Thresholds of the alarms on one service; None for the threshold in `Alarms`."""

    error_percent: ThresholdPercent | None = None
    """See `Alarms.error_percent`."""

    minimum_requests: RequestCount | None = None
    """See `Alarms.minimum_requests`."""

    latency_seconds: LatencySeconds | None = None
    """See `Alarms.latency_seconds`."""

    cpu_percent: ThresholdPercent | None = None
    """See `Alarms.cpu_percent`."""

    memory_percent: ThresholdPercent | None = None
    """See `Alarms.memory_percent`."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ServiceThresholdsChanges]") -> Self: ...


class DatabaseThresholds(Settings):
    """Thresholds of the alarms on a database."""

    cpu_percent: ThresholdPercent = 90
    """Maximum CPU utilization in percent; CloudWatch recommends 90 for RDS."""

    free_storage_gib: Annotated[int, int_range(1, 65536, "threshold", "GiB")] | None = None
    """Minimum free storage in GiB. If None, 5 percent of `Database.storage_gib`: storage
    autoscaling starts at 10 percent, so with less it has reached its maximum, waits for six hours
    after the last change, or is too slow. Without storage autoscaling, 10 percent."""

    free_memory_mib: Annotated[int, int_range(1, 1_000_000, "threshold", "MiB")] = 128
    """Minimum freeable memory in MiB; with less memory, the instance begins to swap."""

    connections: Annotated[int, int_range(1, 5000, "threshold", "connections")] | None = None
    """Maximum number of open connections. If None, 70 percent of the limit that follows from the
    memory of `Database.instance_class`, which is about 80 percent of the actual limit, because RDS
    uses a part of the memory. The number is required for an instance class of a family that
    `instance_memory.py` does not list."""

    def with_defaults(self, *, free_storage_gib: int, connections: int | None) -> Self:
        """Return a copy in which these values replace thresholds that are None."""
        return self.replace(
            free_storage_gib=free_storage_gib
            if self.free_storage_gib is None
            else self.free_storage_gib,
            connections=connections if self.connections is None else self.connections,
        )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DatabaseThresholdsChanges]") -> Self: ...


class CacheThresholds(Settings):
    """Thresholds of the alarms on a node of a cache."""

    cpu_percent: ThresholdPercent = 90
    """Maximum utilization of one core in percent; ElastiCache recommends 90. The alarm is on the
    engine thread. For a node type with two vCPUs or fewer, it is on the CPU of the node, with this
    number divided by the number of vCPUs."""

    memory_percent: ThresholdPercent = 80
    """Maximum memory usage of the node in percent; at 100 percent, the node evicts keys or
    rejects writes."""

    evictions: Annotated[int, int_range(1, 1_000_000, "threshold", "keys a minute")] = 100
    """Maximum number of evicted keys per minute."""

    replication_lag_seconds: Annotated[int, int_range(1, 3600, "threshold", "seconds")] = 30
    """Maximum replication lag of a replica in seconds; a failover would lose the data that was
    written in that time."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[CacheThresholdsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class CacheThresholdsChanges(TypedDict, total=False):
        cpu_percent: ThresholdPercent
        memory_percent: ThresholdPercent
        evictions: int
        replication_lag_seconds: int

    class DatabaseThresholdsChanges(TypedDict, total=False):
        cpu_percent: ThresholdPercent
        free_storage_gib: int | None
        free_memory_mib: int
        connections: int | None

    class ServiceThresholdsChanges(TypedDict, total=False):
        error_percent: ThresholdPercent | None
        minimum_requests: RequestCount | None
        latency_seconds: LatencySeconds | None
        cpu_percent: ThresholdPercent | None
        memory_percent: ThresholdPercent | None
