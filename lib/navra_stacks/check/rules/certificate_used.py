"""A certificate is used by a listener."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENERS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    helpers = ("aws_acm_certificate_validation", "aws_route53_record")
    if not any(True for _ in document.all(*LISTENERS)):
        return
    if document.is_opaque("certificate_arn", *LISTENERS, helpers[0]):
        return
    for certificate in document.all("aws_acm_certificate"):
        owned = (certificate, *document.referring(certificate, "aws_acm_certificate_validation"))
        users = [
            user for one in owned for user in document.referring(one) if user.type not in helpers
        ]
        exported = {one.base for one in owned} & (document.in_outputs | document.in_modules)
        if not users and not exported:
            yield Violation(certificate.address, "no listener uses this certificate")


RULE = Rule(
    id="certificate-used",
    title="A certificate is used by a listener.",
    failure="Another certificate is served than the one that Terraform renews and validates.",
    sources=("AWS: Replace the default certificate",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Set `certificate_arn` of the listener to this certificate, or delete the certificate.",
    violations=_violations,
)
