"""A service behind a load balancer has two tasks or more."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        count = service.number("desired_count", 0 if service.has_lifecycle else None)
        if count is None or not service.blocks("load_balancer"):
            continue
        if count < 2 and service.string("scheduling_strategy", "REPLICA") == "REPLICA":
            yield Violation(
                service.address,
                f"it starts with {count:g} task{'s' * (count != 1)}; use 2 or more",
                "desired_count",
            )


RULE = Rule(
    id="ecs-two-tasks",
    title="A service behind a load balancer has two tasks or more.",
    failure="The service is unavailable whenever its only task is replaced or its zone fails.",
    sources=("AWS: Amazon ECS service scheduler concepts",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `desired_count = 2` (setting: `Service.desired_count`).",
    violations=_violations,
)
