"""The rules of a listener have different priorities."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENER_RULES
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    seen: dict[tuple[object, float], str] = {}
    for rule in document.all(*LISTENER_RULES):
        listener = frozenset(rule.refers_to("listener_arn")) or rule.string("listener_arn")
        priority = rule.number("priority")
        if priority is None or not listener or "for_each" in rule.body or "count" in rule.body:
            continue
        first = seen.setdefault((listener, priority), rule.address)
        if first != rule.address:
            yield Violation(
                rule.address,
                f"{first} of the same listener has the priority {priority:g} as well",
                "priority",
            )


RULE = Rule(
    id="listener-rule-priority",
    title="The rules of a listener have different priorities.",
    failure="AWS rejects the second rule with PriorityInUse, and the apply fails.",
    sources=(
        "aws#12212",
        "aws#24811",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Give each rule of the listener a priority of its own (setting: `Route.priority`).",
    violations=_violations,
)
