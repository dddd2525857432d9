"""The stop timeout of a container on Fargate is 120 seconds or less."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import is_fargate
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        timeout = container.values.number("stopTimeout")
        if timeout is not None and timeout > 120 and is_fargate(container.task):
            yield Violation(
                container.task.address,
                f"{timeout:g} seconds for {container.name} are more than 120",
                container.argument("stopTimeout"),
            )


RULE = Rule(
    id="container-stop-timeout",
    title="The stop timeout of a container on Fargate is 120 seconds or less.",
    failure="AWS rejects the task definition, and the apply fails.",
    sources=("AWS: Fargate container definition parameters",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Lower `stopTimeout` (setting: `Container.stop_timeout_seconds`).",
    violations=_violations,
)
