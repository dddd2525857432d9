"""A load balancer blocks ambiguous requests."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        if balancer.string("desync_mitigation_mode") == "monitor":
            yield Violation(
                balancer.address,
                "the mode monitor only logs ambiguous requests; use defensive or strictest",
                "desync_mitigation_mode",
            )


RULE = Rule(
    id="alb-desync-mitigation",
    title="A load balancer blocks ambiguous requests.",
    failure="Ambiguous requests let an attacker poison connections that users share.",
    sources=(
        "FSBP ELB.12",
        "CKV_AWS_328",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `desync_mitigation_mode` to `defensive` or `strictest`.",
    violations=_violations,
)
