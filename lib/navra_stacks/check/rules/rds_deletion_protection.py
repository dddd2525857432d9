"""A database has deletion protection."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="rds-deletion-protection",
    title="A database has deletion protection.",
    failure="A wrong apply or a click deletes the database.",
    sources=(
        "FSBP RDS.8",
        "CKV_AWS_293",
    ),
    severity=Severity.HIGH,
    pack="production",
    repair="Set `deletion_protection = true` (setting: `hardening.deletion_protection`).",
    violations=wrong_flag(
        "aws_db_instance",
        "aws_rds_cluster",
        argument="deletion_protection",
        wrong=False,
        default=False,
        message="it can be deleted",
    ),
)
