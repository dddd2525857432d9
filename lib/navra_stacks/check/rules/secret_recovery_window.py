"""A deleted secret can be restored."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for secret in document.all("aws_secretsmanager_secret"):
        if secret.number("recovery_window_in_days", 30) == 0:
            yield Violation(secret.address, "it is deleted at once", "recovery_window_in_days")


RULE = Rule(
    id="secret-recovery-window",
    title="A deleted secret can be restored.",
    failure="A secret that is deleted by mistake is lost.",
    sources=("AWS: DeleteSecret",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `recovery_window_in_days` to 7 to 30 (setting: `hardening.deletion_protection`).",
    violations=_violations,
)
