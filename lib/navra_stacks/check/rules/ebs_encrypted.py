"""Volumes are encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if any(True for _ in document.all("aws_ebs_encryption_by_default")):
        return
    for volume in document.all("aws_ebs_volume"):
        if volume.flag("encrypted", False) is False and volume.is_absent("snapshot_id"):
            yield Violation(volume.address, "it is not encrypted", "encrypted")


RULE = Rule(
    id="ebs-encrypted",
    title="Volumes are encrypted.",
    failure="Data can be read from a snapshot or a shared volume.",
    sources=(
        "FSBP EC2.3",
        "CKV_AWS_3",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `encrypted = true`.",
    violations=_violations,
)
