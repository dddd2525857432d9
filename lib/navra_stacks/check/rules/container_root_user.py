"""No container is configured to run as root."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        user = container.values.text("user")
        if user is not None and user.partition(":")[0] in ("root", "0"):
            yield Violation(
                container.task.address,
                f"{container.name} runs as {user}",
                container.argument("user"),
            )


RULE = Rule(
    id="container-root-user",
    title="No container is configured to run as root.",
    failure="An attacker in the container can change its files and misuse kernel interfaces.",
    sources=(
        "FSBP ECS.20",
        "AWS: Task definition security best practices",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `user` to the number of another user (setting: `Container.user`).",
    violations=_violations,
)
