"""Changes of the load balancer are ignored in a service whose traffic is shifted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import is_shifting
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        if not is_shifting(service) or not service.blocks("load_balancer"):
            continue
        if service.ignores("load_balancer") is False:
            yield Violation(
                service.address,
                "an apply resets the target groups that a deployment has exchanged",
                "lifecycle.ignore_changes",
            )


RULE = Rule(
    id="ecs-traffic-shift-ignore",
    title="Changes of the load balancer are ignored in a service whose traffic is shifted.",
    failure=(
        "An apply resets the target groups that a deployment has exchanged, and users reach no "
        "task."
    ),
    sources=(
        "aws#45678",
        "AWS: Amazon ECS blue/green deployments",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Add `load_balancer` and `task_definition` to `ignore_changes` of the service (setting: "
        "`Deployment`)."
    ),
    violations=_violations,
)
