"""What raises an alarm on a database or a cache."""

from typing import Annotated

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import between

__all__ = ["CacheThresholds", "DatabaseThresholds", "ThresholdPercent"]

ThresholdPercent = Annotated[int, between(1, 100, "a threshold", "percent")]


class DatabaseThresholds(Settings):
    """What raises an alarm on a database; right for a small instance, so look at them for yours."""

    cpu_percent: ThresholdPercent = 90
    """CPU, in percent; 90 is what CloudWatch recommends for RDS."""

    free_storage_gib: Annotated[int, between(1, 65536, "a threshold", "GiB")] = 5
    """Least free storage, in GiB. Growing the storage takes RDS a while: leave it some room."""

    free_memory_mib: Annotated[int, between(1, 1_000_000, "a threshold", "MiB")] = 128
    """Least freeable memory, in MiB; below it the instance begins to swap."""

    connections: Annotated[int, between(1, 16000, "a threshold", "connections")] = 80
    """Most open connections. PostgreSQL's default limit is the class's memory in bytes divided by
    9531392 (RDS, "Quotas and constraints"): about 110 for 1 GiB, so 80 leaves a quarter."""


class CacheThresholds(Settings):
    """What raises an alarm on a node of a cache."""

    cpu_percent: ThresholdPercent = 90
    """CPU of the engine's own thread, in percent; 90 is what ElastiCache recommends."""

    memory_percent: ThresholdPercent = 80
    """Used share of the node's memory, in percent; at 100 it evicts keys, or refuses to write."""

    evictions: Annotated[int, between(1, 1_000_000, "a threshold", "keys a minute")] = 100
    """Keys thrown out to make room, a minute."""

    replication_lag_seconds: Annotated[int, between(1, 3600, "a threshold", "seconds")] = 30
    """How far a replica is behind, in seconds: what a failover would lose."""
