"""A database installs minor versions."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for database in document.all("aws_db_instance", "aws_rds_cluster_instance"):
        if database.flag("auto_minor_version_upgrade", True) is False:
            yield Violation(
                database.address, "minor versions are not installed", "auto_minor_version_upgrade"
            )


RULE = Rule(
    id="rds-minor-upgrades",
    title="A database installs minor versions.",
    failure="Known vulnerabilities of the engine stay open.",
    sources=(
        "FSBP RDS.13",
        "CKV_AWS_226",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `auto_minor_version_upgrade = true`.",
    violations=_violations,
)
