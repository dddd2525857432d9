"""Terraform cannot delete resources that hold data."""

from __future__ import annotations

from navra_stacks.check.argument_rules import lifecycle_off
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

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
    violations=lifecycle_off(
        *_TYPES, argument="prevent_destroy", message="an apply can delete it with its data"
    ),
)
