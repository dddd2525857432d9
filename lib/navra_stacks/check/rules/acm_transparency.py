"""A certificate is in the transparency logs."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for certificate in document.all("aws_acm_certificate"):
        options = certificate.block("options")
        if options.string("certificate_transparency_logging_preference") == "DISABLED":
            yield Violation(
                certificate.address,
                "browsers do not trust a certificate that is not logged",
                "options.certificate_transparency_logging_preference",
            )


RULE = Rule(
    id="acm-transparency",
    title="A certificate is in the transparency logs.",
    failure="Browsers show an error instead of the application.",
    sources=(
        "CKV_AWS_234",
        "AWS: Opting out of certificate transparency logging",
    ),
    severity=Severity.LOW,
    pack="baseline",
    repair='Remove `certificate_transparency_logging_preference = "DISABLED"`.',
    violations=_violations,
)
