"""Tasks do not use the network of their host."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for task in document.all("aws_ecs_task_definition"):
        mode = task.string("network_mode")
        if mode == "host":
            yield Violation(
                task.address,
                "its containers use the network of the host; use awsvpc",
                "network_mode",
            )


RULE = Rule(
    id="task-network-mode",
    title="Tasks do not use the network of their host.",
    failure="A container reaches the metadata and all ports of the host, past the security groups.",
    sources=("FSBP ECS.17",),
    severity=Severity.HIGH,
    pack="baseline",
    repair='Set `network_mode = "awsvpc"`.',
    violations=_violations,
)
