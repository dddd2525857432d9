"""A container states the user it runs as."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        if container.values.is_absent("user"):
            yield Violation(
                container.task.address,
                f"{container.name} runs as the user of its image, which can be root",
                container.argument("user"),
            )


RULE = Rule(
    id="container-user",
    title="A container states the user it runs as.",
    failure="The image decides, and most images run as root.",
    sources=("FSBP ECS.20",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `user` (setting: `Container.user`).",
    violations=_violations,
)
