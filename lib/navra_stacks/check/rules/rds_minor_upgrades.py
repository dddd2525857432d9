"""A database installs minor versions."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


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
    violations=wrong_flag(
        "aws_db_instance",
        "aws_rds_cluster_instance",
        argument="auto_minor_version_upgrade",
        wrong=False,
        default=True,
        message="minor versions are not installed",
    ),
)
