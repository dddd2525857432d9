"""A scaled service behind a load balancer has two tasks or more."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for target in document.all("aws_appautoscaling_target"):
        minimum = target.number("min_capacity")
        services = target.referred("resource_id", "aws_ecs_service")
        if (
            minimum is not None
            and minimum < 2
            and any(one.blocks("load_balancer") for one in services)
        ):
            yield Violation(
                target.address,
                f"it scales in to {minimum:g} task{'s' * (minimum != 1)}; use 2 or more",
                "min_capacity",
            )


RULE = Rule(
    id="autoscaling-min-capacity",
    title="A scaled service behind a load balancer has two tasks or more.",
    failure=(
        "At night the service runs with one task, and is unavailable when this task or its zone "
        "fails."
    ),
    sources=("AWS: Service auto scaling",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `min_capacity = 2` (setting: `Autoscaling.min_capacity`).",
    violations=_violations,
)
