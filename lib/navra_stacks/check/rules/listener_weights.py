"""A rule whose traffic ECS shifts starts with the weights 100 and 0."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import actions, production_rules
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for rule in production_rules(document):
        for action in actions(rule):
            groups = action.block("forward").blocks("target_group")
            weights = [group.number("weight", 1) for group in groups]
            known = [weight for weight in weights if weight is not None]
            if len(known) == len(weights) > 1 and sorted(known) != [0] * (len(known) - 1) + [100]:
                yield Violation(
                    rule.address,
                    f"its weights are {', '.join(f'{weight:g}' for weight in known)}; "
                    "use 100 and 0",
                    "action[0].forward.target_group",
                )


RULE = Rule(
    id="listener-weights",
    title="A rule whose traffic ECS shifts starts with the weights 100 and 0.",
    failure="The first deployment sends users to a target group without tasks.",
    sources=(
        "alb#409",
        "AWS: Amazon ECS blue/green deployments",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set the weights to 100 for the first target group and 0 for the alternate one.",
    violations=_violations,
)
