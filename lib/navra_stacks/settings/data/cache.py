"""A Valkey or Redis cache that Terraform creates."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.database_url import url_query
from navra_stacks.settings.data.maintenance_window import (
    DailyWindow,
    WeeklyWindow,
    overlap_problems,
)
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import invalid, rule
from navra_stacks.settings.model.data_store import DataStore
from navra_stacks.settings.model.field_types import (
    CLASS_PATTERN,
    EnvironmentVariableName,
    int_range,
    str_pattern,
)
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["REDIS_PORT", "Cache"]

REDIS_PORT = 6379

_FAMILIES = {
    "valkey": {"7.2": "valkey7", "8.0": "valkey8", "8.1": "valkey8", "8.2": "valkey8"},
    "redis": {"7.0": "redis7", "7.1": "redis7"},
}
"""Parameter group family of each engine version (ElastiCache User Guide, "Engine specific
parameters")."""


_RETIRED_FAMILIES = frozenset("t1 m1 m2 c1 m3".split())
"""Families of node types that current engine versions do not support (ElastiCache User Guide,
"Supported node types")."""


_OVERRIDING_OPTIONS = frozenset("db host password path port username".split())
"""Query parameters that replace another part of the URL in redis-py, where they win over the URL
(https://redis.readthedocs.io/en/stable/connections.html, `from_url`)."""


def _check_option(name: str) -> str:
    if name.lower() in _OVERRIDING_OPTIONS:
        raise invalid(
            "would replace another part of the URL in redis-py",
            "remove the parameter; for another database of the cache, use further_urls",
        )
    return name


CacheOption = Annotated[str, AfterValidator(_check_option)]
"""A query parameter of a URL that replaces no other part of the URL."""


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


Eviction = Literal[
    "allkeys-lfu",
    "allkeys-lru",
    "allkeys-random",
    "noeviction",
    "volatile-lfu",
    "volatile-lru",
    "volatile-random",
    "volatile-ttl",
]

DatabaseNumber = Annotated[int, int_range(0, 15, "number of a database")]
"""The number of a database of the cache. Parameter groups have 16 databases by default (ElastiCache
User Guide, "Engine specific parameters", `databases`)."""

UserGroupId = Annotated[
    str,
    # ElastiCache API, CreateReplicationGroup, UserGroupIds.
    str_pattern(
        r"[A-Za-z][A-Za-z0-9-]*",
        "is not a valid id of a user group",
        "use letters, digits and hyphens, starting with a letter",
    ),
]


class Cache(DataStore):
    """Valkey or Redis on ElastiCache: a replication group with one primary and its replicas.

    The defaults are for production; `relaxed()` returns settings that are cheap and easy to delete.
    Network traffic and disks are always encrypted. There is no password, because the password would
    be stored in the state: security groups restrict the access instead, and `user_group_ids` can
    name a user group that was created manually. A service into which the secret of a URL is
    injected gets network access to the cache.
    """

    url_secret: EnvironmentVariableName
    """The name of the secret that Terraform creates for the URL of the cache's database 0."""

    url_options: FrozenMapping[CacheOption, str] = EMPTY
    """Query parameters of every URL of the cache, with the names that the client uses, for example
    ``{"ssl_cert_reqs": "required"}``, without which Celery refuses a URL with TLS. Parameters for
    the host, the port, the user, the password or the database are not allowed."""

    not_secret: tuple[str, ...] = ()
    """Names of `url_options` whose values look like credentials but are not secret."""

    further_urls: FrozenMapping[EnvironmentVariableName, DatabaseNumber] = EMPTY
    """Further secrets with a URL of the cache, each with the number of its database, 0-15, for
    example ``{"CELERY_BROKER_URL": 1}``. All databases share the memory and the eviction."""

    user_group_ids: tuple[UserGroupId, ...] = ()
    """The id of an existing ElastiCache user group, at most one, as a list such as
    ``("shop-cache",)``; empty for a cache without authentication. The URLs contain no user and no
    password, so a client must read both from secrets of its own."""

    engine: Literal["valkey", "redis"] = "valkey"
    """The engine. Valkey is an open-source fork of Redis that uses the same protocol and costs
    less."""

    engine_version: str = "8.2"
    """The major and minor version of the engine: 7.2, 8.0, 8.1 or 8.2 for Valkey, 7.0 or 7.1 for
    Redis. AWS upgrades the minor and patch versions of an existing cache, so Terraform uses the
    field for a new cache, and otherwise only with `major_upgrade`. Then do not set a version below
    the live one, because Terraform would have to recreate the cache."""

    major_upgrade: bool = False
    """True to upgrade an existing cache to `engine` and `engine_version`, immediately instead of in
    the maintenance window. Set `major_upgrade` for the one apply that changes them, then remove it.
    That apply can delete the parameter group of the old family, and ElastiCache rejects the
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

    eviction: Eviction = "volatile-lru"
    """The policy for evicting keys when the memory is full (`maxmemory-policy`). The default is
    also the default of ElastiCache. It evicts the least recently used of the keys with an
    expiration, so keys without an expiration, such as queues, are never evicted."""

    deletion_protection: bool = True
    """True to make Terraform reject plans that delete or replace the cache while the settings
    describe it. ElastiCache itself has no deletion protection, so a cache that is removed from
    the settings is deleted, after a final snapshot. `Hardening.deletion_protection` has the same
    effect, even if this field is False."""

    @classmethod
    @variant
    def production(cls, **changes: "Unpack[CacheChanges]") -> Self:
        """Return the default settings (two nodes, two zones, failover) with `changes` applied."""
        return cls(**changes)

    @classmethod
    @variant
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
    def few_cores(self) -> int | None:
        """The number of vCPUs of the node type if it has at most two; None if it has more."""
        # ElastiCache, "Supported node types": t2.micro and t2.small have one; all other types up
        # to the size "large" have two.
        _, family, size = self.node_type.split(".")
        if size not in ("micro", "small", "medium", "large"):
            return None
        return 1 if family == "t2" and size != "medium" else 2

    @property
    def secret_fields(self) -> Mapping[str, str]:
        return {
            "url_secret": self.url_secret,
            **{f"further_urls.{name}": name for name in self.further_urls},
        }

    @property
    def urls(self) -> Mapping[str, str]:
        """The path and the query string of each URL, by the name of its secret."""
        query = url_query(self.url_options)
        databases = {self.url_secret: 0, **self.further_urls}
        return {name: f"/{number}{query}" for name, number in databases.items()}

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
    def _check_urls(self) -> Iterator[SettingsProblem]:
        if self.url_secret in self.further_urls:
            yield SettingsProblem(
                f"further_urls.{self.url_secret}",
                "is also url_secret, but a secret holds one URL",
                "use a different secret for each URL",
            )

    @rule
    def _check_user_groups(self) -> Iterator[SettingsProblem]:
        # terraform-provider-aws, aws_elasticache_replication_group, user_group_ids.
        if len(self.user_group_ids) > 1:
            yield SettingsProblem(
                "user_group_ids",
                f"contains {len(self.user_group_ids)} user groups, but a cache has at most one",
                "list one user group, and add all users to it",
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
        url_options: FrozenMapping[CacheOption, str]
        not_secret: tuple[str, ...]
        further_urls: FrozenMapping[EnvironmentVariableName, DatabaseNumber]
        user_group_ids: tuple[UserGroupId, ...]
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
        eviction: Eviction
        deletion_protection: bool
