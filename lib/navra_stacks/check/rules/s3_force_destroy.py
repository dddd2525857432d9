"""A bucket with objects cannot be deleted."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="s3-force-destroy",
    title="A bucket with objects cannot be deleted.",
    failure="A wrong apply deletes the bucket with its objects.",
    sources=("AWS provider: aws_s3_bucket",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Remove `force_destroy` (setting: `hardening.deletion_protection`).",
    violations=wrong_flag(
        "aws_s3_bucket",
        argument="force_destroy",
        wrong=True,
        default=False,
        message="it is deleted with its objects",
    ),
)
