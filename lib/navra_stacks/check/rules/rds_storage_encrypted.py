"""The storage of a database is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.databases import is_restored
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        is_default = database.is_absent("storage_encrypted")
        if is_default and (is_restored(database) or database.get("engine_mode") == "serverless"):
            continue
        if database.flag("storage_encrypted", False) is False:
            yield Violation(database.address, "its storage is not encrypted", "storage_encrypted")


RULE = Rule(
    id="rds-storage-encrypted",
    title="The storage of a database is encrypted.",
    failure="Data can be read from a snapshot or a copied volume.",
    sources=(
        "FSBP RDS.3",
        "CKV_AWS_16",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `storage_encrypted = true`. This replaces an existing database.",
    violations=_violations,
)
