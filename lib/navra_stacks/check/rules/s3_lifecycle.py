"""A bucket has a lifecycle."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for bucket in document.all("aws_s3_bucket"):
        if configurations(document, bucket, "lifecycle") == ():
            yield Violation(bucket.address, "old versions and incomplete uploads stay without end")


RULE = Rule(
    id="s3-lifecycle",
    title="A bucket has a lifecycle.",
    failure="Old versions and incomplete uploads are stored and paid for without end.",
    sources=(
        "FSBP S3.13",
        "CKV2_AWS_61",
        "CKV_AWS_300",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Add an `aws_s3_bucket_lifecycle_configuration`.",
    violations=_violations,
)
