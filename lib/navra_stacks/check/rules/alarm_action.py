"""An alarm has an action."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _rolls_back(document: CheckedDocument, alarm: CheckedResource) -> bool:
    """Return True if a deployment is rolled back on an alarm, which it can name as text."""
    name = alarm.string("alarm_name")
    return name is not None and any(
        name in (service.block("alarms").texts("alarm_names") or ())
        for service in document.all("aws_ecs_service")
    )


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if document.is_opaque("alarms", "aws_ecs_service"):
        return
    for alarm in document.all("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"):
        users = [
            user
            for user in document.referring(alarm)
            if user.type != "aws_cloudwatch_dashboard" and not user.type.startswith("aws_iam_")
        ]
        if alarm.is_absent("alarm_actions") and not users and not _rolls_back(document, alarm):
            yield Violation(alarm.address, "it has no action", "alarm_actions")


RULE = Rule(
    id="alarm-action",
    title="An alarm has an action.",
    failure="An alarm goes into ALARM unnoticed.",
    sources=("FSBP CloudWatch.15",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `alarm_actions` (setting: `hardening.alarms`).",
    violations=_violations,
)
