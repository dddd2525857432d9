"""A backup vault has a customer managed key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for vault in document.all("aws_backup_vault"):
        if vault.is_absent("kms_key_arn"):
            yield Violation(vault.address, "it is encrypted with the key of AWS", "kms_key_arn")


RULE = Rule(
    id="backup-vault-key",
    title="A backup vault has a customer managed key.",
    failure="Access to the backups cannot be revoked.",
    sources=("CKV_AWS_166",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `kms_key_arn` (setting: `hardening.customer_managed_keys`).",
    violations=_violations,
)
