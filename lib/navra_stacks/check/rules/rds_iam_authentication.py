"""A database accepts IAM authentication."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        engine = database.string("engine", "aurora" if database.type == "aws_rds_cluster" else None)
        if engine is None or not engine.startswith(("aurora", "mariadb", "mysql", "postgres")):
            continue
        if database.flag("iam_database_authentication_enabled", False) is False:
            yield Violation(
                database.address,
                "it accepts passwords only",
                "iam_database_authentication_enabled",
            )


RULE = Rule(
    id="rds-iam-authentication",
    title="A database accepts IAM authentication.",
    failure="Every user needs a password of its own, which is rarely changed.",
    sources=(
        "FSBP RDS.10",
        "CKV_AWS_161",
    ),
    severity=Severity.LOW,
    pack="baseline",
    repair="Set `iam_database_authentication_enabled = true`.",
    violations=_violations,
)
