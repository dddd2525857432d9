"""Changes of the desired count are ignored in a scaled service."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for target in document.all("aws_appautoscaling_target"):
        for service in target.referred("resource_id", "aws_ecs_service"):
            sets_count = not service.is_absent("desired_count")
            if sets_count and service.ignores("desired_count") is False:
                yield Violation(
                    service.address,
                    f"an apply resets the number of tasks that {target.address} has set",
                    "lifecycle.ignore_changes",
                )


RULE = Rule(
    id="ecs-autoscaling-ignore",
    title="Changes of the desired count are ignored in a scaled service.",
    failure="An apply during a peak resets the number of tasks, and the service is overloaded.",
    sources=("aws#335",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Add `desired_count` to `ignore_changes` of the service.",
    violations=_violations,
)
