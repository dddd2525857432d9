"""A bucket keeps versions."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for bucket in document.all("aws_s3_bucket"):
        if configurations(document, bucket, "versioning") == ():
            yield Violation(bucket.address, "overwritten objects are lost")
    for one in document.all("aws_s3_bucket_versioning"):
        status = one.block("versioning_configuration").string("status")
        if status in ("Disabled", "Suspended"):
            yield Violation(
                one.address, f"versions are {status.lower()}", "versioning_configuration.status"
            )


RULE = Rule(
    id="s3-versioning",
    title="A bucket keeps versions.",
    failure="Objects that are overwritten or deleted cannot be restored.",
    sources=(
        "FSBP S3.14",
        "CKV_AWS_21",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Add an `aws_s3_bucket_versioning` with the status Enabled.",
    violations=_violations,
)
