"""A database has Performance Insights."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="rds-performance-insights",
    title="A database has Performance Insights.",
    failure="The query that overloads the database cannot be found.",
    sources=("CKV_AWS_353",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `performance_insights_enabled = true` (setting: `Database.production`).",
    violations=wrong_flag(
        "aws_db_instance",
        "aws_rds_cluster_instance",
        argument="performance_insights_enabled",
        wrong=False,
        default=False,
        message="Performance Insights is disabled",
    ),
)
