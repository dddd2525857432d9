"""A new certificate is created before the old one is deleted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for certificate in document.all("aws_acm_certificate"):
        if certificate.lifecycle("create_before_destroy") is False:
            yield Violation(
                certificate.address,
                "a replacement deletes it while a listener uses it",
                "lifecycle.create_before_destroy",
            )


RULE = Rule(
    id="acm-create-before-destroy",
    title="A new certificate is created before the old one is deleted.",
    failure="The apply fails, because the listener still uses the old certificate.",
    sources=(
        "AWS provider: aws_acm_certificate",
        "CKV_AWS_233",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `create_before_destroy = true` in `lifecycle`.",
    violations=_violations,
)
