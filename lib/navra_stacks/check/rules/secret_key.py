"""A secret is encrypted with a customer managed key."""

from __future__ import annotations

from navra_stacks.check.argument_rules import absent_argument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="secret-key",
    title="A secret is encrypted with a customer managed key.",
    failure="Access to the secret cannot be limited or revoked by its key.",
    sources=("CKV_AWS_149",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=absent_argument(
        "aws_secretsmanager_secret",
        argument="kms_key_id",
        message="it is encrypted with the key of AWS",
    ),
)
