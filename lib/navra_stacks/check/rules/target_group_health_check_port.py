"""A health check uses a port that a container of the service has."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers_of
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import target_groups
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        tasks = service.referred("task_definition", "aws_ecs_task_definition")
        known = [containers_of(task) for task in tasks if not task.is_data]
        if not known or None in known:
            continue
        ports = {
            mapping.number("containerPort")
            for found in known
            for container in found or ()
            for mapping in container.values.blocks("portMappings")
        }
        for group in target_groups(service):
            port = group.block("health_check").number("port")
            if port is not None and None not in ports and port not in ports:
                yield Violation(
                    group.address,
                    f"no container of {service.address} has the port {port:g}; use traffic-port",
                    "health_check.port",
                )


RULE = Rule(
    id="target-group-health-check-port",
    title="A health check uses a port that a container of the service has.",
    failure="No task becomes healthy, and ECS restarts them without end.",
    sources=("AWS: Health checks for Application Load Balancer target groups",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set the port of the health check to `traffic-port`.",
    violations=_violations,
)
