"""The owner of a bucket owns its objects."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in document.all("aws_s3_bucket_ownership_controls"):
        ownership = one.block("rule").string("object_ownership")
        if ownership in ("BucketOwnerPreferred", "ObjectWriter"):
            yield Violation(
                one.address,
                f"{ownership} allows ACLs; use BucketOwnerEnforced",
                "rule.object_ownership",
            )


RULE = Rule(
    id="s3-ownership",
    title="The owner of a bucket owns its objects.",
    failure="Objects of other accounts, and ACLs of their own, are in the bucket.",
    sources=(
        "FSBP S3.12",
        "CKV2_AWS_65",
    ),
    severity=Severity.LOW,
    pack="baseline",
    repair='Set `object_ownership = "BucketOwnerEnforced"`.',
    violations=_violations,
)
