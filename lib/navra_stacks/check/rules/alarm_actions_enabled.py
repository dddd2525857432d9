"""The actions of an alarm are enabled."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="alarm-actions-enabled",
    title="The actions of an alarm are enabled.",
    failure="An alarm goes into ALARM unnoticed.",
    sources=(
        "FSBP CloudWatch.17",
        "CKV_AWS_319",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Remove `actions_enabled = false`.",
    violations=wrong_flag(
        "aws_cloudwatch_metric_alarm",
        "aws_cloudwatch_composite_alarm",
        argument="actions_enabled",
        wrong=False,
        default=True,
        message="its actions are disabled",
    ),
)
