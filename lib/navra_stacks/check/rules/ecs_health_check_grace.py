"""A service behind a load balancer has a grace period for health checks."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        grace = service.number("health_check_grace_period_seconds", 0)
        if service.blocks("load_balancer") and grace == 0:
            yield Violation(
                service.address,
                "tasks that are still starting are stopped; set 60 seconds or more",
                "health_check_grace_period_seconds",
            )


RULE = Rule(
    id="ecs-health-check-grace",
    title="A service behind a load balancer has a grace period for health checks.",
    failure="ECS stops tasks that are still starting, and the deployment never ends.",
    sources=("AWS: CreateService",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair=(
        "Set `health_check_grace_period_seconds`, longer than the slowest start (setting: "
        "`Service.health_check_grace_seconds`)."
    ),
    violations=_violations,
)
