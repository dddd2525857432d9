"""A listener uses a certificate after its validation."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENERS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for listener in document.all(*LISTENERS):
        for certificate in listener.referred("certificate_arn", "aws_acm_certificate"):
            if certificate.is_data or not certificate.is_absent("private_key"):
                continue
            validations = document.referring(certificate, "aws_acm_certificate_validation")
            if not {one.base for one in validations} & document.dependencies(listener):
                yield Violation(
                    listener.address,
                    f"it does not wait for the validation of {certificate.address}",
                    "certificate_arn",
                )


RULE = Rule(
    id="listener-certificate-validated",
    title="A listener uses a certificate after its validation.",
    failure=(
        "The apply fails, because the certificate is still pending when the listener is created."
    ),
    sources=("aws#9338",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `certificate_arn` to that of the `aws_acm_certificate_validation`.",
    violations=_violations,
)
