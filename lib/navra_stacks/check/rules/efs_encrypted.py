"""A file system is encrypted."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


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
    violations=wrong_flag(
        "aws_efs_file_system",
        argument="encrypted",
        wrong=False,
        default=False,
        message="it is not encrypted",
    ),
)
