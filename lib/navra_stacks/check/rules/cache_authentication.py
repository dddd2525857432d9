"""A cache authenticates its clients."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_secondary
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if is_secondary(cache):
            continue
        if cache.is_absent("user_group_ids") and cache.is_absent("auth_token"):
            yield Violation(cache.address, "clients need no password or role", "user_group_ids")


RULE = Rule(
    id="cache-authentication",
    title="A cache authenticates its clients.",
    failure="Everything that reaches the cache can read and change it.",
    sources=(
        "FSBP ElastiCache.6",
        "CKV_AWS_31",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `user_group_ids` (setting: `Cache.user_group_ids`). A token in `auth_token` would "
        "be in the state."
    ),
    violations=_violations,
)
