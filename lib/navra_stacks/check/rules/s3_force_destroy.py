"""A bucket with objects cannot be deleted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for bucket in document.all("aws_s3_bucket"):
        if bucket.flag("force_destroy", False) is True:
            yield Violation(bucket.address, "it is deleted with its objects", "force_destroy")


RULE = Rule(
    id="s3-force-destroy",
    title="A bucket with objects cannot be deleted.",
    failure="A wrong apply deletes the bucket with its objects.",
    sources=("AWS provider: aws_s3_bucket",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Remove `force_destroy` (setting: `hardening.deletion_protection`).",
    violations=_violations,
)
