"""A database is not publicly accessible."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


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
    violations=wrong_flag(
        "aws_db_instance",
        "aws_rds_cluster_instance",
        argument="publicly_accessible",
        wrong=True,
        default=False,
        message="it has a public address",
    ),
)
