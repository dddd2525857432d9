"""A log group has a retention period."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all("aws_cloudwatch_log_group"):
        if group.number("retention_in_days", 0) == 0 and group.get("log_group_class") != "DELIVERY":
            yield Violation(group.address, "its logs never expire", "retention_in_days")


RULE = Rule(
    id="log-group-retention",
    title="A log group has a retention period.",
    failure="Logs are stored and paid for without end.",
    sources=(
        "FSBP CloudWatch.16",
        "CKV_AWS_66",
    ),
    severity=Severity.LOW,
    pack="baseline",
    repair="Set `retention_in_days` (setting: `Logs.retention_days`).",
    violations=_violations,
)
