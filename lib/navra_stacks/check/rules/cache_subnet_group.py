"""A cache has a subnet group."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if cache.is_absent("subnet_group_name") and cache.is_absent("global_replication_group_id"):
            yield Violation(cache.address, "it is in the default subnets", "subnet_group_name")


RULE = Rule(
    id="cache-subnet-group",
    title="A cache has a subnet group.",
    failure="The cache is in the default VPC, which other applications share.",
    sources=(
        "FSBP ElastiCache.7",
        "CKV_AWS_323",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `subnet_group_name`.",
    violations=_violations,
)
