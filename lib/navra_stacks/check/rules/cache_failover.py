"""A cache fails over to another Availability Zone."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_secondary
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        for name in ("automatic_failover_enabled", "multi_az_enabled"):
            if is_secondary(cache) and cache.is_absent(name):
                continue
            if cache.flag(name, False) is False:
                yield Violation(cache.address, f"{name} is false", name)


RULE = Rule(
    id="cache-failover",
    title="A cache fails over to another Availability Zone.",
    failure="The failure of a node or zone makes the application unavailable.",
    sources=(
        "FSBP ElastiCache.3",
        "CKV2_AWS_50",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `automatic_failover_enabled` and `multi_az_enabled`, with two nodes or more "
        "(setting: `Cache.production`)."
    ),
    violations=_violations,
)
