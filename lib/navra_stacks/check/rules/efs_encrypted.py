"""A file system is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for files in document.all("aws_efs_file_system"):
        if files.flag("encrypted", False) is False:
            yield Violation(files.address, "it is not encrypted", "encrypted")


RULE = Rule(
    id="efs-encrypted",
    title="A file system is encrypted.",
    failure="Files can be read from a backup or a mounted copy.",
    sources=(
        "FSBP EFS.1",
        "CKV_AWS_42",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `encrypted = true`. This replaces an existing file system.",
    violations=_violations,
)
