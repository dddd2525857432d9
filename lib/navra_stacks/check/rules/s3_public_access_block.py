"""A bucket blocks public access."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_ARGUMENTS = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for_account = any(True for _ in document.all("aws_s3_account_public_access_block"))
    for bucket in document.all("aws_s3_bucket"):
        if configurations(document, bucket, "public_access_block") == () and not for_account:
            yield Violation(bucket.address, "no public access block is configured")
    for block in document.all("aws_s3_bucket_public_access_block"):
        off = [name for name in _ARGUMENTS if block.flag(name, False) is False]
        if off and not for_account:
            yield Violation(block.address, f"{', '.join(off)} must be true", off[0])


RULE = Rule(
    id="s3-public-access-block",
    title="A bucket blocks public access.",
    failure="A wrong policy or ACL publishes the objects.",
    sources=(
        "FSBP S3.8",
        "CKV_AWS_53",
        "CKV2_AWS_6",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Add an `aws_s3_bucket_public_access_block` with all four arguments set to true.",
    violations=_violations,
)
