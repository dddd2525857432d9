"""Old images expire."""

from __future__ import annotations

from navra_stacks.check.argument_rules import unattached
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="ecr-lifecycle",
    title="Old images expire.",
    failure="Images are stored and paid for without end.",
    sources=("FSBP ECR.3",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Add an `aws_ecr_lifecycle_policy`.",
    violations=unattached(
        "aws_ecr_repository",
        attached="aws_ecr_lifecycle_policy",
        argument="repository",
        message="old images never expire",
    ),
)
