"""A Valkey or Redis cache that Terraform creates."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.maintenance_window import (
    DailyWindow,
    WeeklyWindow,
    overlap_problems,
)
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import (
    CLASS_PATTERN,
    EnvironmentVariableName,
    int_range,
)

__all__ = ["REDIS_PORT", "Cache"]

REDIS_PORT = 6379

_FAMILIES = {
    "valkey": {"7.2": "valkey7", "8.0": "valkey8", "8.1": "valkey8"},
    "redis": {"7.0": "redis7", "7.1": "redis7"},
}
"""Parameter group family of each engine version (ElastiCache User Guide, "Engine specific
parameters")."""


_RETIRED_FAMILIES = frozenset("t1 m1 m2 c1 m3".split())
"""Families of node types that current engine versions do not support (ElastiCache User Guide,
"Supported node types")."""


def _check_node_type(value: str) -> str:
    if re.fullmatch(CLASS_PATTERN.format("cache"), value) is None:
        raise invalid(
            f"{value!r} is not a valid ElastiCache node type",
            "use a node type such as 'cache.t4g.small'",
        )
    if (family := value.split(".")[1]) in _RETIRED_FAMILIES:
        raise invalid(
            f"{value!r} belongs to the retired family {family!r}",
            "use a current node type such as 'cache.t4g.small'",
        )
    return value


class Cache(Settings):
    """Valkey or Redis on ElastiCache: a replication group with one primary and its replicas.

    The defaults are for production; `relaxed()` returns settings that are cheap and easy to delete.
    Network traffic and disks are always encrypted. There is no password, because the password would
    be stored in the state: security groups restrict the access instead.
    """

    url_secret: EnvironmentVariableName
    """The name of the secret that Terraform creates for the cache's URL. Services into which the
    secret is injected get network access to the cache."""

    engine: Literal["valkey", "redis"] = "valkey"
    """The engine. Valkey is an open-source fork of Redis that uses the same protocol and costs
    less."""

    engine_version: str = "8.0"
    """The major and minor version of the engine: 7.2, 8.0 or 8.1 for Valkey, 7.0 or 7.1 for Redis.
    AWS upgrades the patch version. To change the version, see `major_upgrade`. Do not lower the
    version, because ElastiCache would then have to recreate the cache."""

    major_upgrade: bool = False
    """True to apply changes immediately instead of in the maintenance window. Set `major_upgrade`
    for the one apply that changes `engine` or `engine_version`, then remove it. The field is needed
    because that apply can delete the parameter group of the old family, and ElastiCache rejects the
    deletion while the cache still uses the group. Redis can be upgraded to Valkey in place; the
    opposite change recreates the cache. Connections are interrupted during the upgrade."""

    node_type: Annotated[str, AfterValidator(_check_node_type)] = "cache.t4g.small"
    """The node type, which determines CPU and memory of each node."""

    nodes: Annotated[int, int_range(1, 6, "number of nodes")] = 2
    """The number of nodes, including the primary, 1-6."""

    automatic_failover: bool = True
    """True to promote a replica when the primary fails, which requires two nodes or more."""

    multi_az: bool = True
    """True to place the primary and the replicas in different Availability Zones, which requires
    `automatic_failover`."""

    snapshot_retention_days: Annotated[int, int_range(0, 35, "retention", "days")] = 7
    """Retention of the daily snapshots in days, 0-35; 0 for no snapshots."""

    snapshot_window: DailyWindow = "03:00-04:00"
    """The window of the daily snapshot, in UTC."""

    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """The window in UTC in which AWS upgrades the engine and applies changes that need a
    restart."""

    eviction: Literal[
        "allkeys-lfu",
        "allkeys-lru",
        "allkeys-random",
        "noeviction",
        "volatile-lfu",
        "volatile-lru",
        "volatile-random",
        "volatile-ttl",
    ] = "volatile-lru"
    """The policy for evicting keys when the memory is full (`maxmemory-policy`). The default
    evicts the least recently used of the keys with an expiration, so keys without an expiration,
    such as queues, are never evicted."""

    deletion_protection: bool = True
    """True to make Terraform reject plans that delete or replace the cache while the settings
    describe it. ElastiCache itself has no deletion protection, so a cache that is removed from
    the settings is deleted, after a final snapshot. `Hardening.deletion_protection` has the same
    effect, even if this field is False."""

    @classmethod
    def production(cls, **changes: "Unpack[CacheChanges]") -> Self:
        """Return the default settings (two nodes, two zones, failover) with `changes` applied."""
        return cls(**changes)

    @classmethod
    def relaxed(cls, **changes: "Unpack[CacheChanges]") -> Self:
        """Return settings for one node, no snapshots and no protection; `changes` override them."""
        cheap: CacheChanges = {
            "node_type": "cache.t4g.micro",
            "nodes": 1,
            "automatic_failover": False,
            "multi_az": False,
            "snapshot_retention_days": 0,
            "deletion_protection": False,
        }
        cheap.update(changes)
        return cls(**cheap)

    @property
    def parameter_group_family(self) -> str:
        """The parameter group family for the engine and its version."""
        return _FAMILIES[self.engine][self.engine_version]

    @rule
    def _check_engine_version(self) -> Iterator[SettingsProblem]:
        versions = _FAMILIES[self.engine]
        if self.engine_version not in versions:
            yield SettingsProblem(
                "engine_version",
                f"{self.engine_version!r} is not a supported version of {self.engine} "
                f"({', '.join(versions)})",
                "use a supported version",
            )

    @rule
    def _check_nodes(self) -> Iterator[SettingsProblem]:
        if self.automatic_failover and self.nodes < 2:
            yield SettingsProblem(
                "nodes",
                f"{self.nodes} is too few for automatic_failover (2-6)",
                "use two nodes or more, or turn automatic_failover off",
            )

    @rule
    def _check_multi_az(self) -> Iterator[SettingsProblem]:
        if self.multi_az and not self.automatic_failover:
            yield SettingsProblem(
                "multi_az",
                "is on, but automatic_failover, which multi_az requires, is off",
                "turn automatic_failover on, or turn multi_az off",
            )

    @rule
    def _check_windows(self) -> Iterator[SettingsProblem]:
        yield from overlap_problems(
            "snapshot_window",
            self.snapshot_window,
            self.maintenance_window,
            service="ElastiCache",
        )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[CacheChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class CacheChanges(TypedDict, total=False):
        url_secret: EnvironmentVariableName
        engine: Literal["valkey", "redis"]
        engine_version: str
        major_upgrade: bool
        node_type: str
        nodes: int
        automatic_failover: bool
        multi_az: bool
        snapshot_retention_days: int
        snapshot_window: DailyWindow
        maintenance_window: WeeklyWindow
        eviction: Literal[
            "allkeys-lfu",
            "allkeys-lru",
            "allkeys-random",
            "noeviction",
            "volatile-lfu",
            "volatile-lru",
            "volatile-random",
            "volatile-ttl",
        ]
        deletion_protection: bool
