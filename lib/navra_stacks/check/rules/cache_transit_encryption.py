"""A cache requires TLS."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_secondary
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if is_secondary(cache) and cache.is_absent("transit_encryption_enabled"):
            continue
        default = cache.get("engine") == "valkey"
        if cache.flag("transit_encryption_enabled", default) is False:
            yield Violation(
                cache.address, "it accepts plain connections", "transit_encryption_enabled"
            )


RULE = Rule(
    id="cache-transit-encryption",
    title="A cache requires TLS.",
    failure="Sessions and cached data travel unencrypted.",
    sources=(
        "FSBP ElastiCache.5",
        "CKV_AWS_30",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `transit_encryption_enabled = true`.",
    violations=_violations,
)
