"""A secret is rotated."""

from __future__ import annotations

from navra_stacks.check.argument_rules import unattached
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="secret-rotation",
    title="A secret is rotated.",
    failure="A secret that has leaked stays valid.",
    sources=(
        "FSBP SecretsManager.1",
        "CKV2_AWS_57",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Add an `aws_secretsmanager_secret_rotation`, or waive the rule and rotate by hand.",
    violations=unattached(
        "aws_secretsmanager_secret",
        attached="aws_secretsmanager_secret_rotation",
        argument="secret_id",
        message="it is not rotated",
    ),
)
