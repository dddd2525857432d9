"""A cache is encrypted at rest."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_secondary
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if is_secondary(cache) and cache.is_absent("at_rest_encryption_enabled"):
            continue
        default = cache.get("engine") == "valkey"
        if cache.flag("at_rest_encryption_enabled", default) is False:
            yield Violation(cache.address, "it is not encrypted", "at_rest_encryption_enabled")


RULE = Rule(
    id="cache-encryption-at-rest",
    title="A cache is encrypted at rest.",
    failure="Data can be read from a snapshot of the cache.",
    sources=(
        "FSBP ElastiCache.4",
        "CKV_AWS_29",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `at_rest_encryption_enabled = true`. This replaces an existing cache.",
    violations=_violations,
)
