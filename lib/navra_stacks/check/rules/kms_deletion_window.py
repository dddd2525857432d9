"""A deleted key can be restored for 30 days."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for key in document.all("aws_kms_key"):
        days = key.number("deletion_window_in_days", 30)
        if days is not None and days < 30:
            yield Violation(
                key.address,
                f"it is deleted after {days:g} day{'s' * (days != 1)}; use 30",
                "deletion_window_in_days",
            )


RULE = Rule(
    id="kms-deletion-window",
    title="A deleted key can be restored for 30 days.",
    failure="Data that was not used for a week cannot be decrypted any more.",
    sources=("FSBP KMS.3",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `deletion_window_in_days = 30` (setting: `hardening.deletion_protection`).",
    violations=_violations,
)
