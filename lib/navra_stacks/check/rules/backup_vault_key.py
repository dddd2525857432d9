"""A backup vault has a customer managed key."""

from __future__ import annotations

from navra_stacks.check.argument_rules import absent_argument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="backup-vault-key",
    title="A backup vault has a customer managed key.",
    failure="Access to the backups cannot be revoked.",
    sources=("CKV_AWS_166",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `kms_key_arn` (setting: `hardening.customer_managed_keys`).",
    violations=absent_argument(
        "aws_backup_vault", argument="kms_key_arn", message="it is encrypted with the key of AWS"
    ),
)
