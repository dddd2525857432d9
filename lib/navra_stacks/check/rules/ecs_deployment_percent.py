"""A deployment can stop an old task or start a new one."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        minimum = service.number("deployment_minimum_healthy_percent", 100)
        maximum = service.number("deployment_maximum_percent", 200)
        if minimum is None or maximum is None or service.get("scheduling_strategy") == "DAEMON":
            continue
        if minimum >= 100 and maximum <= 100:
            yield Violation(
                service.address,
                f"with {minimum:g} to {maximum:g} percent, no task can stop or start",
                "deployment_maximum_percent",
            )
        elif minimum < 100 and service.number("desired_count") == 1:
            yield Violation(
                service.address,
                f"with {minimum:g} percent, the only task is stopped before its successor runs",
                "deployment_minimum_healthy_percent",
            )


RULE = Rule(
    id="ecs-deployment-percent",
    title="A deployment can stop an old task or start a new one.",
    failure="The deployment waits without end, or leaves no task running.",
    sources=("AWS: Deployment configuration of an Amazon ECS service",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Use the percentages 100 and 200 (setting: `Deployment`).",
    violations=_violations,
)
