"""CloudWatch can use the key of a topic for alarms."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import statements
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
        if topic.string("kms_master_key_id") == "alias/aws/sns":
            yield Violation(
                topic.address, "CloudWatch cannot use the key alias/aws/sns", "kms_master_key_id"
            )
        for key in topic.referred("kms_master_key_id", "aws_kms_key"):
            known = statements(key, "policy")
            if key.is_data or known is None or document.referring(key, "aws_kms_key_policy"):
                continue
            if not any(
                statement.allows
                and statement.matches("kms:Decrypt")
                and "cloudwatch.amazonaws.com" in statement.principals.get("Service", ())
                for statement in known
            ):
                yield Violation(
                    topic.address,
                    f"the policy of {key.address} does not allow CloudWatch to use it",
                    "kms_master_key_id",
                )


RULE = Rule(
    id="alarm-topic-key",
    title="CloudWatch can use the key of a topic for alarms.",
    failure="No alarm is delivered, and only the history of the alarm shows the failure.",
    sources=("AWS: CloudWatch alarms do not deliver to an encrypted SNS topic",),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Use a customer managed key whose policy allows `cloudwatch.amazonaws.com` to call "
        "`kms:Decrypt` and `kms:GenerateDataKey*`."
    ),
    violations=_violations,
)
