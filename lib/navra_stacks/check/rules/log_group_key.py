"""A log group is encrypted with a customer managed key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all("aws_cloudwatch_log_group"):
        if group.is_absent("kms_key_id"):
            yield Violation(group.address, "it is encrypted with the key of AWS", "kms_key_id")


RULE = Rule(
    id="log-group-key",
    title="A log group is encrypted with a customer managed key.",
    failure="Access to the logs cannot be revoked.",
    sources=("CKV_AWS_158",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=_violations,
)
