"""Terraform cannot delete resources that hold data."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_TYPES = (
    "aws_backup_vault",
    "aws_db_instance",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_efs_file_system",
    "aws_opensearch_domain",
    "aws_rds_cluster",
    "aws_s3_bucket",
)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for resource in document.all(*_TYPES):
        if resource.lifecycle("prevent_destroy") is False:
            yield Violation(
                resource.address,
                "an apply can delete it with its data",
                "lifecycle.prevent_destroy",
            )


RULE = Rule(
    id="prevent-destroy",
    title="Terraform cannot delete resources that hold data.",
    failure="A rename, or an argument that forces replacement, deletes the data.",
    sources=("Terraform: the lifecycle meta-argument",),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `prevent_destroy = true` in `lifecycle` (setting: `hardening.deletion_protection`)."
    ),
    violations=_violations,
)
