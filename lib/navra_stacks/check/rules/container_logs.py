"""Containers have a log."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        if container.values.is_absent("logConfiguration"):
            yield Violation(
                container.task.address,
                f"the output of {container.name} is not logged",
                container.argument("logConfiguration"),
            )


RULE = Rule(
    id="container-logs",
    title="Containers have a log.",
    failure="The cause of a failure is lost with the task.",
    sources=("FSBP ECS.9",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `logConfiguration` (setting: `logs`).",
    violations=_violations,
)
