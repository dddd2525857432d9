"""Shared files are transferred with TLS."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for task in document.all("aws_ecs_task_definition"):
        for index, volume in enumerate(task.blocks("volume")):
            for efs in volume.blocks("efs_volume_configuration"):
                if efs.string("transit_encryption", "DISABLED") == "DISABLED":
                    yield Violation(
                        task.address,
                        "files on EFS are transferred without TLS",
                        f"volume[{index}].efs_volume_configuration.transit_encryption",
                    )


RULE = Rule(
    id="task-efs-transit-encryption",
    title="Shared files are transferred with TLS.",
    failure="Files travel unencrypted between the tasks and EFS.",
    sources=("CKV_AWS_97",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair='Set `transit_encryption = "ENABLED"`.',
    violations=_violations,
)
