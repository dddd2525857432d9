"""No container is privileged."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        if container.values.flag("privileged", False) is True:
            yield Violation(
                container.task.address,
                f"{container.name} has the permissions of the host",
                container.argument("privileged"),
            )


RULE = Rule(
    id="container-privileged",
    title="No container is privileged.",
    failure="A container has all permissions of its host.",
    sources=("FSBP ECS.4",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Remove `privileged`.",
    violations=_violations,
)
