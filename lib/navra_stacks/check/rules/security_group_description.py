"""Security group rules have a description."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.traffic import traffic_rules

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for rule in traffic_rules(document):
        if not rule.has_description and rule.resource.type != "aws_default_security_group":
            yield Violation(rule.resource.address, "the rule has no description", rule.argument)


RULE = Rule(
    id="security-group-description",
    title="Security group rules have a description.",
    failure="A rule is never deleted if its purpose is not known.",
    sources=("CKV_AWS_23",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Set `description`.",
    violations=_violations,
)
