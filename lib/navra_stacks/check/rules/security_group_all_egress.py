"""Outbound traffic is limited to known ports."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.traffic import traffic_rules

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for rule in traffic_rules(document, "egress"):
        if rule.is_anywhere and rule.protocol == "-1":
            yield Violation(
                rule.resource.address, "all protocols to all addresses are allowed", rule.argument
            )


RULE = Rule(
    id="security-group-all-egress",
    title="Outbound traffic is limited to known ports.",
    failure="A container that is taken over sends data anywhere, with any protocol.",
    sources=("CKV_AWS_382",),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Allow the ports and destinations that are needed (setting: `hardening.restricted_egress`)."
    ),
    violations=_violations,
)
