"""A load balancer has deletion protection."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import BALANCERS
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


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
    violations=wrong_flag(
        *BALANCERS,
        argument="enable_deletion_protection",
        wrong=False,
        default=False,
        message="it can be deleted; enable_deletion_protection must be true",
    ),
)
