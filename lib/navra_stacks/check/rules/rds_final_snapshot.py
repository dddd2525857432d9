"""The deletion of a database leaves a final snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        if not database.is_absent("replicate_source_db"):
            continue
        skipped = database.flag("skip_final_snapshot", False)
        if skipped is True:
            yield Violation(
                database.address, "it is deleted without a snapshot", "skip_final_snapshot"
            )
        elif skipped is False and database.is_absent("final_snapshot_identifier"):
            yield Violation(
                database.address,
                "the final snapshot has no name, so that the deletion fails",
                "final_snapshot_identifier",
            )


RULE = Rule(
    id="rds-final-snapshot",
    title="The deletion of a database leaves a final snapshot.",
    failure="The data is lost with the database.",
    sources=(
        "terraform#14449",
        "AWS: Deleting a DB instance",
    ),
    severity=Severity.HIGH,
    pack="production",
    repair=(
        "Set `skip_final_snapshot = false` and a `final_snapshot_identifier` (setting: `Database`)."
    ),
    violations=_violations,
)
