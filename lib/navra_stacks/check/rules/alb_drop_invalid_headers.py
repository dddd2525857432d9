"""An Application Load Balancer drops invalid header fields."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        if balancer.flag("drop_invalid_header_fields", False) is False:
            yield Violation(
                balancer.address,
                "header fields with invalid names are forwarded",
                "drop_invalid_header_fields",
            )


RULE = Rule(
    id="alb-drop-invalid-headers",
    title="An Application Load Balancer drops invalid header fields.",
    failure="Invalid header fields let an attacker smuggle requests past the load balancer.",
    sources=(
        "FSBP ELB.4",
        "CKV_AWS_131",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `drop_invalid_header_fields = true`.",
    violations=_violations,
)
