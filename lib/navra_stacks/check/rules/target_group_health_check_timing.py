"""The timeout of a health check is shorter than its interval."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import TARGET_GROUPS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all(*TARGET_GROUPS):
        check = group.block("health_check")
        interval, timeout = check.number("interval", 30), check.number("timeout")
        if interval is not None and timeout is not None and timeout >= interval:
            yield Violation(
                group.address,
                f"the timeout of {timeout:g} seconds must be below the interval of {interval:g}",
                "health_check.timeout",
            )


RULE = Rule(
    id="target-group-health-check-timing",
    title="The timeout of a health check is shorter than its interval.",
    failure="AWS rejects the target group, and the apply fails.",
    sources=("AWS: CreateTargetGroup",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Lower `timeout` or raise `interval` (setting: `HealthCheck`).",
    violations=_violations,
)
