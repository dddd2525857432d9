"""A cache is encrypted with a customer managed key."""

from __future__ import annotations

from navra_stacks.check.argument_rules import absent_argument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="cache-key",
    title="A cache is encrypted with a customer managed key.",
    failure="Access to the data cannot be revoked.",
    sources=("CKV_AWS_191",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=absent_argument(
        "aws_elasticache_replication_group",
        argument="kms_key_id",
        message="it is encrypted with the key of AWS",
    ),
)
