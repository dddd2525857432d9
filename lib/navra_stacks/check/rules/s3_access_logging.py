"""Requests to a bucket are logged."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations, log_buckets
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    logs = log_buckets(document)
    for bucket in document.all("aws_s3_bucket"):
        if (
            logs is not None
            and bucket.base not in logs
            and configurations(document, bucket, "logging") == ()
        ):
            yield Violation(bucket.address, "requests to it are not logged")


RULE = Rule(
    id="s3-access-logging",
    title="Requests to a bucket are logged.",
    failure="It is not known who read the objects, for example the Terraform state.",
    sources=(
        "FSBP S3.9",
        "CKV_AWS_18",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Add an `aws_s3_bucket_logging`.",
    violations=_violations,
)
