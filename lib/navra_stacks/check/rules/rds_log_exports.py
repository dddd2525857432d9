"""A database exports its logs."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        if database.is_absent("enabled_cloudwatch_logs_exports"):
            yield Violation(
                database.address, "no log is exported", "enabled_cloudwatch_logs_exports"
            )


RULE = Rule(
    id="rds-log-exports",
    title="A database exports its logs.",
    failure=(
        "Slow queries and failed logins are visible on the instance only, and are lost with it."
    ),
    sources=(
        "FSBP RDS.9",
        "CKV_AWS_129",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `enabled_cloudwatch_logs_exports` (setting: `Database`).",
    violations=_violations,
)
