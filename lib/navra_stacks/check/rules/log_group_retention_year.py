"""Logs are retained for a year or more."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all("aws_cloudwatch_log_group"):
        days = group.number("retention_in_days", 0)
        if days is not None and 0 < days < 365:
            yield Violation(
                group.address,
                f"its logs are deleted after {days:g} day{'s' * (days != 1)}; use 365 or more",
                "retention_in_days",
            )


RULE = Rule(
    id="log-group-retention-year",
    title="Logs are retained for a year or more.",
    failure="An attack that is found after months cannot be reconstructed.",
    sources=(
        "FSBP CloudWatch.16",
        "CKV_AWS_338",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Set `retention_in_days = 365` (setting: `Logs.retention_days`).",
    violations=_violations,
)
