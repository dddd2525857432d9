"""Changes of the action of a rule are ignored if ECS shifts its traffic."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import production_rules
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for rule in production_rules(document):
        if rule.ignores("action") is False:
            yield Violation(
                rule.address,
                "an apply resets the weights that ECS has set",
                "lifecycle.ignore_changes",
            )


RULE = Rule(
    id="listener-rule-shift-ignore",
    title="Changes of the action of a rule are ignored if ECS shifts its traffic.",
    failure="An apply sends all users back to the previous revision, which ECS may have stopped.",
    sources=("alb#409",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Add `action` to `ignore_changes` of the rule.",
    violations=_violations,
)
