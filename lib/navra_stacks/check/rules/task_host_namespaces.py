"""Tasks do not share the processes or the IPC of their host."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for task in document.all("aws_ecs_task_definition"):
        for name in ("pid_mode", "ipc_mode"):
            if task.string(name) == "host":
                yield Violation(task.address, f"{name} = host shares those of the host", name)


RULE = Rule(
    id="task-host-namespaces",
    title="Tasks do not share the processes or the IPC of their host.",
    failure="A container can read and stop the processes of other containers.",
    sources=("FSBP ECS.3",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Remove `pid_mode` and `ipc_mode`.",
    violations=_violations,
)
