"""Backups of a database are retained for seven days or more."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_restored
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        if not database.is_absent("replicate_source_db"):
            continue  # the backups of the source contain the same data
        if database.is_absent("backup_retention_period") and is_restored(database):
            continue
        days = database.number(
            "backup_retention_period", 0 if database.type == "aws_db_instance" else 1
        )
        if days is not None and days < 7:
            yield Violation(
                database.address,
                f"backups are retained for {days:g} day{'s' * (days != 1)}; use 7 or more",
                "backup_retention_period",
            )


RULE = Rule(
    id="rds-backup-retention",
    title="Backups of a database are retained for seven days or more.",
    failure="Data that was deleted last week cannot be restored.",
    sources=(
        "FSBP RDS.11",
        "CKV_AWS_133",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Set `backup_retention_period` to 7 or more (setting: `Database.backup_retention_days`)."
    ),
    violations=_violations,
)
