"""A log group is encrypted with a customer managed key."""

from __future__ import annotations

from navra_stacks.check.argument_rules import absent_argument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="log-group-key",
    title="A log group is encrypted with a customer managed key.",
    failure="Access to the logs cannot be revoked.",
    sources=("CKV_AWS_158",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=absent_argument(
        "aws_cloudwatch_log_group",
        argument="kms_key_id",
        message="it is encrypted with the key of AWS",
    ),
)
