"""A database has enhanced monitoring."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster_instance"):
        if database.number("monitoring_interval", 0) == 0:
            yield Violation(
                database.address, "enhanced monitoring is disabled", "monitoring_interval"
            )


RULE = Rule(
    id="rds-enhanced-monitoring",
    title="A database has enhanced monitoring.",
    failure="The process that uses up the memory or CPU of the database cannot be found.",
    sources=(
        "FSBP RDS.6",
        "CKV_AWS_118",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Set `monitoring_interval` to 60 (setting: `Database.production`).",
    violations=_violations,
)
