"""A cache is encrypted with a customer managed key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if cache.is_absent("kms_key_id"):
            yield Violation(cache.address, "it is encrypted with the key of AWS", "kms_key_id")


RULE = Rule(
    id="cache-key",
    title="A cache is encrypted with a customer managed key.",
    failure="Access to the data cannot be revoked.",
    sources=("CKV_AWS_191",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=_violations,
)
