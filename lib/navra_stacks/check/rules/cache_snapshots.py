"""A cache has snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_secondary
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if is_secondary(cache) and cache.is_absent("snapshot_retention_limit"):
            continue
        if cache.number("snapshot_retention_limit", 0) == 0:
            yield Violation(cache.address, "no snapshot is retained", "snapshot_retention_limit")


RULE = Rule(
    id="cache-snapshots",
    title="A cache has snapshots.",
    failure="Queues and sessions in the cache are lost with it.",
    sources=(
        "FSBP ElastiCache.1",
        "CKV_AWS_134",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `snapshot_retention_limit` to 1 or more (setting: `Cache.production`).",
    violations=_violations,
)
