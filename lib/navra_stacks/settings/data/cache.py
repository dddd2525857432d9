"""A Valkey or Redis cache of the environment's own."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.maintenance_window import (
    DailyWindow,
    WeeklyWindow,
    overlap_problems,
)
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import CLASS_PATTERN, EnvironmentVariableName, between

__all__ = ["REDIS_PORT", "Cache"]

REDIS_PORT = 6379

_FAMILIES = {
    "valkey": {"7.2": "valkey7", "8.0": "valkey8", "8.1": "valkey8"},
    "redis": {"7.0": "redis7", "7.1": "redis7"},
}
"""The versions of each engine with their parameter group family (ElastiCache User Guide,
"Engine specific parameters")."""


_RETIRED_FAMILIES = frozenset("t1 m1 m2 c1 m3".split())
"""Families of node types that current engine versions do not run on (ElastiCache User Guide,
"Supported node types")."""


def _check_node_type(value: str) -> str:
    if re.fullmatch(CLASS_PATTERN.format("cache"), value) is None:
        raise refuse(f"{value!r} is not a node type of ElastiCache", "as in 'cache.t4g.small'")
    if (family := value.split(".")[1]) in _RETIRED_FAMILIES:
        raise refuse(
            f"{value!r} is of the retired family {family!r}",
            "choose a current node type, as in 'cache.t4g.small'",
        )
    return value


class Cache(Settings):
    """Valkey or Redis on ElastiCache: one primary and its replicas, made by Terraform.

    Its defaults are those of production; `relaxed()` is one node without snapshots. Traffic and
    disk are always encrypted. There is no password, which would end up in the state: who may
    connect is decided by security groups.
    """

    url_secret: EnvironmentVariableName
    """The secret that is made and filled with the URL; services that inject it may connect."""

    engine: Literal["valkey", "redis"] = "valkey"
    """Valkey is the open fork of Redis, speaks its protocol, and costs less."""

    engine_version: str = "8.0"
    """Major and minor version; AWS upgrades the patch. To change it, see `major_upgrade`. It is
    never lowered: ElastiCache would have to make the cache anew."""

    major_upgrade: bool = False
    """Whether an apply makes its changes at once, instead of in the maintenance window. Set it for
    the one apply that changes `engine` or `engine_version`, then take it out: in that apply the
    parameter group of the old family is deleted, which ElastiCache refuses while the cache still
    uses it. From Redis one gets to Valkey in place; the way back makes the cache anew. Connections
    break meanwhile."""

    node_type: Annotated[str, AfterValidator(_check_node_type)] = "cache.t4g.small"
    """CPU and memory of a node."""

    nodes: Annotated[int, between(1, 6, "a number of nodes")] = 2
    """The primary and its replicas, 1-6."""

    automatic_failover: bool = True
    """Whether a replica takes over when the primary fails."""

    multi_az: bool = True
    """Whether primary and replicas lie in different zones."""

    snapshot_retention_days: Annotated[int, between(0, 35, "a retention", "days")] = 7
    """How many daily snapshots are kept, 0-35; 0 takes none."""

    snapshot_window: DailyWindow = "03:00-04:00"
    """When the daily snapshot is taken, in UTC."""

    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """When AWS upgrades and applies what needs a restart, in UTC."""

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
    """What is thrown out when the memory is full (`maxmemory-policy`): by default the least
    recently used of the keys that expire anyway, so that queues and locks are never lost."""

    deletion_protection: bool = True
    """Whether Terraform refuses to delete or replace it while it is described, and takes a last
    snapshot when it is deleted all the same: ElastiCache has no protection of its own, so a cache
    that is taken out of the settings is deleted, with that snapshot.
    `Hardening.deletion_protection` does the same for a cache that does not ask for it."""

    @classmethod
    def production(cls, **changes: Any) -> Self:
        """Two nodes in two zones with failover, 7 snapshots; with the `changes` named."""
        return cls(**changes)

    @classmethod
    def relaxed(cls, **changes: Any) -> Self:
        """One node without snapshots; with the `changes` named."""
        cheap: dict[str, Any] = {
            "node_type": "cache.t4g.micro",
            "nodes": 1,
            "automatic_failover": False,
            "multi_az": False,
            "snapshot_retention_days": 0,
            "deletion_protection": False,
        }
        return cls(**(cheap | changes))

    @property
    def parameter_group_family(self) -> str:
        """The family that the engine's version belongs to."""
        return _FAMILIES[self.engine][self.engine_version]

    @rule
    def _version_is_the_engines(self) -> Iterator[SettingsProblem]:
        versions = _FAMILIES[self.engine]
        if self.engine_version not in versions:
            yield SettingsProblem(
                "engine_version",
                f"{self.engine_version!r} is not a version of {self.engine} here "
                f"({', '.join(versions)})",
                "choose one of these",
            )

    @rule
    def _failover_has_a_replica(self) -> Iterator[SettingsProblem]:
        if self.automatic_failover and self.nodes < 2:
            yield SettingsProblem(
                "nodes",
                f"{self.nodes} leaves automatic_failover nothing to fail over to (2-6)",
                "give two nodes or more, or turn the failover off",
            )

    @rule
    def _zones_need_failover(self) -> Iterator[SettingsProblem]:
        if self.multi_az and not self.automatic_failover:
            yield SettingsProblem(
                "multi_az",
                "is on, but automatic_failover is off",
                "turn the failover on, or multi_az off",
            )

    @rule
    def _windows_are_apart(self) -> Iterator[SettingsProblem]:
        yield from overlap_problems(
            "snapshot_window",
            self.snapshot_window,
            self.maintenance_window,
            refused_by="ElastiCache",
        )
