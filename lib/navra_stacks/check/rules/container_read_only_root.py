"""Containers have a read-only root file system."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        if container.values.flag("readonlyRootFilesystem", False) is False:
            yield Violation(
                container.task.address,
                f"{container.name} can change its root file system",
                container.argument("readonlyRootFilesystem"),
            )


RULE = Rule(
    id="container-read-only-root",
    title="Containers have a read-only root file system.",
    failure="An attacker can change the program and store tools in the container.",
    sources=(
        "FSBP ECS.5",
        "CKV_AWS_336",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `readonlyRootFilesystem` and mount what must be writable (setting: "
        "`Container.read_only_root`)."
    ),
    violations=_violations,
)
