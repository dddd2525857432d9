"""A database has Performance Insights."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster_instance"):
        if database.flag("performance_insights_enabled", False) is False:
            yield Violation(
                database.address, "Performance Insights is disabled", "performance_insights_enabled"
            )


RULE = Rule(
    id="rds-performance-insights",
    title="A database has Performance Insights.",
    failure="The query that overloads the database cannot be found.",
    sources=("CKV_AWS_353",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `performance_insights_enabled = true` (setting: `Database.production`).",
    violations=_violations,
)
