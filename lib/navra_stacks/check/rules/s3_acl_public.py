"""No ACL makes a bucket public."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in document.all("aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object"):
        acl = one.string("acl")
        if acl in ("authenticated-read", "public-read", "public-read-write"):
            yield Violation(one.address, f"everybody gets access through the ACL {acl}", "acl")


RULE = Rule(
    id="s3-acl-public",
    title="No ACL makes a bucket public.",
    failure="Everybody can read or change the objects.",
    sources=(
        "FSBP S3.2",
        "CKV_AWS_20",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Remove the ACL.",
    violations=_violations,
)
