"""A cache with failover has two nodes or more."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        failover = cache.flag("automatic_failover_enabled", False)
        nodes = cache.number("num_cache_clusters")
        if failover is True and nodes is not None and nodes < 2:
            yield Violation(
                cache.address,
                f"failover needs two nodes, and it has {nodes:g}",
                "num_cache_clusters",
            )


RULE = Rule(
    id="cache-failover-nodes",
    title="A cache with failover has two nodes or more.",
    failure="AWS rejects the replication group, and the apply fails.",
    sources=(
        "aws#17605",
        "AWS: CreateReplicationGroup",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `num_cache_clusters` or `replicas_per_node_group` (setting: `Cache.nodes`).",
    violations=_violations,
)
