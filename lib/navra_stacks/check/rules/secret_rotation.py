"""A secret is rotated."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for secret in document.all("aws_secretsmanager_secret"):
        if document.attached(secret, "secret_id", "aws_secretsmanager_secret_rotation") == ():
            yield Violation(secret.address, "it is not rotated")


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
    violations=_violations,
)
