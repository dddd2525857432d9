"""Thresholds of the alarms on a database and a cache."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import int_range

__all__ = ["CacheThresholds", "DatabaseThresholds", "ThresholdPercent"]

ThresholdPercent = Annotated[int, int_range(1, 100, "threshold", "percent")]


class DatabaseThresholds(Settings):
    """Thresholds of the alarms on a database.

    The defaults fit a small instance; adjust them to the instance class.
    """

    cpu_percent: ThresholdPercent = 90
    """Maximum CPU utilization in percent; CloudWatch recommends 90 for RDS."""

    free_storage_gib: Annotated[int, int_range(1, 65536, "threshold", "GiB")] = 5
    """Minimum free storage in GiB. RDS needs some time to increase the storage, so leave enough
    storage for that time."""

    free_memory_mib: Annotated[int, int_range(1, 1_000_000, "threshold", "MiB")] = 128
    """Minimum freeable memory in MiB; with less memory, the instance begins to swap."""

    connections: Annotated[int, int_range(1, 16000, "threshold", "connections")] = 80
    """Maximum number of open connections. The default limit in PostgreSQL is the memory of the
    instance class in bytes divided by 9531392 (RDS, "Quotas and constraints"), which is about
    110 for 1 GiB. So 80 leaves a quarter of the connections free."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DatabaseThresholdsChanges]") -> Self: ...


class CacheThresholds(Settings):
    """Thresholds of the alarms on a node of a cache."""

    cpu_percent: ThresholdPercent = 90
    """Maximum utilization of the engine thread in percent; ElastiCache recommends 90."""

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
        free_storage_gib: int
        free_memory_mib: int
        connections: int
