"""An alias record evaluates the health of its load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import BALANCERS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for record in document.all("aws_route53_record"):
        for alias in record.blocks("alias"):
            names = document.references(alias.body.get("name"), record.module)
            is_balancer = document.find(names, *BALANCERS) or ".elb." in (alias.text("name") or "")
            if is_balancer and alias.flag("evaluate_target_health") is False:
                yield Violation(
                    record.address, "the health is not evaluated", "alias.evaluate_target_health"
                )


RULE = Rule(
    id="alias-target-health",
    title="An alias record evaluates the health of its load balancer.",
    failure=(
        "DNS sends users to a load balancer without healthy targets, although another one is "
        "healthy."
    ),
    sources=("AWS: Values specific for simple alias records",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Set `evaluate_target_health = true`.",
    violations=_violations,
)
