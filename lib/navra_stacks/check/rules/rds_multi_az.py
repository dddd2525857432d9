"""A database has a standby in another Availability Zone."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance"):
        if database.flag("multi_az", False) is False and database.is_absent("replicate_source_db"):
            yield Violation(database.address, "it has no standby in another zone", "multi_az")


RULE = Rule(
    id="rds-multi-az",
    title="A database has a standby in another Availability Zone.",
    failure="The failure of a zone, or maintenance, makes the application unavailable.",
    sources=(
        "FSBP RDS.5",
        "CKV_AWS_157",
    ),
    severity=Severity.HIGH,
    pack="production",
    repair="Set `multi_az = true` (setting: `Database.production`).",
    violations=_violations,
)
