"""A database has deletion protection."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        if database.flag("deletion_protection", False) is False:
            yield Violation(database.address, "it can be deleted", "deletion_protection")


RULE = Rule(
    id="rds-deletion-protection",
    title="A database has deletion protection.",
    failure="A wrong apply or a click deletes the database.",
    sources=(
        "FSBP RDS.8",
        "CKV_AWS_293",
    ),
    severity=Severity.HIGH,
    pack="production",
    repair="Set `deletion_protection = true` (setting: `hardening.deletion_protection`).",
    violations=_violations,
)
