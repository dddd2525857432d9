"""A new certificate is created before the old one is deleted."""

from __future__ import annotations

from navra_stacks.check.argument_rules import lifecycle_off
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="acm-create-before-destroy",
    title="A new certificate is created before the old one is deleted.",
    failure="The apply fails, because the listener still uses the old certificate.",
    sources=(
        "AWS provider: aws_acm_certificate",
        "CKV_AWS_233",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `create_before_destroy = true` in `lifecycle`.",
    violations=lifecycle_off(
        "aws_acm_certificate",
        argument="create_before_destroy",
        message="a replacement deletes it while a listener uses it",
    ),
)
