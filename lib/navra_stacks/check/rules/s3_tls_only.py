"""A bucket accepts requests with TLS only."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import Statement, statements
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _denies_http(statement: Statement) -> bool:
    return not statement.allows and any(
        key in ("aws:securetransport", "s3:tlsversion") for _, key, _ in statement.conditions
    )


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for bucket in document.all("aws_s3_bucket"):
        attached = configurations(document, bucket, "policy")
        if attached is None or not bucket.is_absent("policy"):
            continue
        known = [statements(policy, "policy") for policy in attached]
        if None not in known and not any(
            _denies_http(statement) for found in known for statement in found or ()
        ):
            yield Violation(bucket.address, "requests without TLS are accepted")


RULE = Rule(
    id="s3-tls-only",
    title="A bucket accepts requests with TLS only.",
    failure="Objects travel unencrypted if a client does not use HTTPS.",
    sources=(
        "FSBP S3.5",
        "CKV_AWS_379",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Deny `s3:*` if `aws:SecureTransport` is false in the policy of the bucket.",
    violations=_violations,
)
