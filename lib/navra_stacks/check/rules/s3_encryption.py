"""A bucket states its encryption."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for bucket in document.all("aws_s3_bucket"):
        if configurations(document, bucket, "server_side_encryption") == ():
            yield Violation(bucket.address, "its encryption is not configured")


RULE = Rule(
    id="s3-encryption",
    title="A bucket states its encryption.",
    failure="Objects are encrypted with the default of AWS, which can change.",
    sources=(
        "CKV_AWS_19",
        "FSBP S3.17",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Add an `aws_s3_bucket_server_side_encryption_configuration`.",
    violations=_violations,
)
