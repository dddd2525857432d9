"""An HTTPS listener has a certificate."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENERS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for listener in document.all(*LISTENERS):
        if listener.string("protocol") in ("HTTPS", "TLS") and listener.is_absent(
            "certificate_arn"
        ):
            yield Violation(listener.address, "it has no certificate", "certificate_arn")


RULE = Rule(
    id="listener-certificate",
    title="An HTTPS listener has a certificate.",
    failure="AWS rejects the listener, and the apply fails.",
    sources=("AWS: CreateListener",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `certificate_arn`.",
    violations=_violations,
)
