"""The actions of an alarm are enabled."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for alarm in document.all("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"):
        if alarm.flag("actions_enabled", True) is False:
            yield Violation(alarm.address, "its actions are disabled", "actions_enabled")


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
    violations=_violations,
)
