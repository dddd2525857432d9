"""A load balancer has deletion protection."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import BALANCERS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in document.all(*BALANCERS):
        if balancer.flag("enable_deletion_protection", False) is False:
            yield Violation(
                balancer.address,
                "it can be deleted; enable_deletion_protection must be true",
                "enable_deletion_protection",
            )


RULE = Rule(
    id="alb-deletion-protection",
    title="A load balancer has deletion protection.",
    failure="A wrong apply or a click deletes the load balancer, and its DNS name is lost.",
    sources=(
        "FSBP ELB.6",
        "CKV_AWS_150",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `enable_deletion_protection = true` (setting: `hardening.deletion_protection`).",
    violations=_violations,
)
