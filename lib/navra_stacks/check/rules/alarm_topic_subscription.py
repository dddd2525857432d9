"""A topic for alarms has a subscription."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _topics(document: CheckedDocument) -> Iterator[CheckedResource]:
    """Yield the topics that alarms of the document notify."""
    addresses = {
        address
        for alarm in document.all("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
        for address in alarm.refers_to("alarm_actions")
    }
    for topic in document.find(addresses, "aws_sns_topic"):
        if not topic.is_data:
            yield topic


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for topic in _topics(document):
        if document.attached(topic, "topic_arn", "aws_sns_topic_subscription") != ():
            continue
        if topic.base not in document.in_outputs and not any(
            "chatbot" in user.type or "lambda" in user.type for user in document.referring(topic)
        ):
            yield Violation(topic.address, "it has no subscription")


RULE = Rule(
    id="alarm-topic-subscription",
    title="A topic for alarms has a subscription.",
    failure="An alarm is sent to a topic without recipients.",
    sources=("AWS: Using Amazon CloudWatch alarms",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Add an `aws_sns_topic_subscription` (setting: `Alarms.emails`).",
    violations=_violations,
)
