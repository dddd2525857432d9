"""The load balancer of a service uses a container and a port of its task definition."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers_of
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        tasks = service.referred("task_definition", "aws_ecs_task_definition")
        for task in tasks[:1]:
            known = None if task.is_data else containers_of(task)
            for index, block in enumerate(service.blocks("load_balancer")):
                name, port = block.string("container_name"), block.number("container_port")
                if known is None or name is None:
                    continue
                names = [container.values.string("name") for container in known]
                if name not in names:
                    if None not in names:
                        yield Violation(
                            service.address,
                            f"{task.address} has no container {name}",
                            f"load_balancer[{index}].container_name",
                        )
                    continue
                ports = [
                    mapping.number("containerPort")
                    for container in known
                    if container.name == name
                    for mapping in container.values.blocks("portMappings")
                ]
                if port is not None and None not in ports and port not in ports:
                    yield Violation(
                        service.address,
                        f"the container {name} of {task.address} does not have the port {port:g}",
                        f"load_balancer[{index}].container_port",
                    )


RULE = Rule(
    id="ecs-load-balancer-container",
    title="The load balancer of a service uses a container and a port of its task definition.",
    failure="ECS rejects the service, and the apply fails.",
    sources=("AWS: CreateService",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Correct `container_name` and `container_port`.",
    violations=_violations,
)
