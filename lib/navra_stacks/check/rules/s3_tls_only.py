"""A bucket accepts requests with TLS only."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import Statement, statements
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _denies_http(bucket: CheckedResource, statement: Statement) -> bool:
    """Return True if a statement denies all requests without TLS for the objects of a bucket."""
    return (
        not statement.allows
        and any(_is_without_tls(*condition) for condition in statement.conditions)
        and ("NotAction" in statement.body or any(map(_is_any, statement.actions)))
        and (
            "NotResource" in statement.body
            or any(_contains_objects(bucket, resource) for resource in statement.resources)
        )
    )


def _is_without_tls(operator: str, key: str, values: tuple[str, ...]) -> bool:
    if key == "aws:securetransport":
        return "bool" in operator.lower() and all(
            value.lower() == "false" or "${" in value for value in values
        )
    return key == "s3:tlsversion"


def _is_any(action: str) -> bool:
    return action.lower() in ("*", "s3:*") or "${" in action


def _contains_objects(bucket: CheckedResource, resource: str) -> bool:
    referred = set(bucket.document.references(resource, bucket.module))
    if referred and bucket.base not in referred:
        return False
    if resource.endswith("*"):
        return True
    return resource.endswith("}") and bucket.base not in referred  # it is not known


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for bucket in document.all("aws_s3_bucket"):
        attached = configurations(document, bucket, "policy")
        if attached is None or not bucket.is_absent("policy"):
            continue
        known = [statements(policy, "policy") for policy in attached]
        if None not in known and not any(
            _denies_http(bucket, statement) for found in known for statement in found or ()
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
