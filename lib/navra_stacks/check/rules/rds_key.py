"""A database is encrypted with a customer managed key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        if database.is_absent("kms_key_id") and database.is_absent("replicate_source_db"):
            yield Violation(database.address, "it is encrypted with the key of AWS", "kms_key_id")


RULE = Rule(
    id="rds-key",
    title="A database is encrypted with a customer managed key.",
    failure="Access to the data cannot be revoked, and a snapshot cannot be shared safely.",
    sources=("AWS: Encrypting Amazon RDS resources",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=_violations,
)
