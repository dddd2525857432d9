"""The storage of a database is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster"):
        restored = any(
            not database.is_absent(name)
            for name in (
                "replicate_source_db",
                "snapshot_identifier",
                "replication_source_identifier",
            )
        )
        serverless = database.get("engine_mode") == "serverless"
        if database.flag("storage_encrypted", False) is False and not restored and not serverless:
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
