"""The master user of a database has no common name."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_COMMON = {"admin", "administrator", "master", "mysql", "postgres", "root", "sa", "user"}


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        argument = "username" if database.type == "aws_db_instance" else "master_username"
        name = database.string(argument)
        if name is not None and name.lower() in _COMMON:
            yield Violation(database.address, f"{name} is a common name", argument)


RULE = Rule(
    id="rds-username",
    title="The master user of a database has no common name.",
    failure="Attackers need to guess only the password.",
    sources=(
        "FSBP RDS.24",
        "FSBP RDS.25",
    ),
    severity=Severity.LOW,
    pack="baseline",
    repair=(
        "Choose another name (setting: `Database.username`). This replaces an existing database."
    ),
    violations=_violations,
)
