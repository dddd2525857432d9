"""A database is not publicly accessible."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster_instance"):
        if database.flag("publicly_accessible", False) is True:
            yield Violation(database.address, "it has a public address", "publicly_accessible")


RULE = Rule(
    id="rds-public",
    title="A database is not publicly accessible.",
    failure="The database has a public address, and a security group is its only protection.",
    sources=(
        "FSBP RDS.2",
        "CKV_AWS_17",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Set `publicly_accessible = false`.",
    violations=_violations,
)
