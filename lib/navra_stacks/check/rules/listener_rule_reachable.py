"""No rule of a listener matches all requests before another rule."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENER_RULES
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _matches_everything(rule: CheckedResource) -> bool:
    conditions = rule.blocks("condition")
    if len(conditions) != 1 or not conditions[0].is_known:
        return False
    paths = conditions[0].block("path_pattern").texts("values") or ()
    return bool({"*", "/*"}.intersection(paths))


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    rules = [
        (priority, rule)
        for rule in document.all(*LISTENER_RULES)
        if (priority := rule.number("priority")) is not None
    ]
    first: dict[frozenset[str], CheckedResource] = {}
    for _, rule in sorted(rules, key=lambda one: (one[0], one[1].address)):
        listener = rule.refers_to("listener_arn")
        if listener in first:
            yield Violation(
                rule.address,
                f"{first[listener].address} matches all requests before it",
                "priority",
            )
        elif listener and _matches_everything(rule):
            first[listener] = rule


RULE = Rule(
    id="listener-rule-reachable",
    title="No rule of a listener matches all requests before another rule.",
    failure="A rule never matches, and its service receives no requests.",
    sources=("AWS: Listener rules for your Application Load Balancer",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Give the rule that matches everything the last priority (setting: `Routing`).",
    violations=_violations,
)
