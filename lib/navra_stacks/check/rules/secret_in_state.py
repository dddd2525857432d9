"""No secret value is written into the state."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.secret_arguments import GENERATED, secret_values

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for resource, path, _ in secret_values(document, write_only=False):
        yield Violation(resource.address, "Terraform writes the secret value into the state", path)
    for type_, what in GENERATED.items():
        for resource in document.all(type_):
            if type_ != "aws_iam_access_key" or resource.is_absent("pgp_key"):
                yield Violation(resource.address, f"Terraform writes the {what} into the state")


RULE = Rule(
    id="secret-in-state",
    title="No secret value is written into the state.",
    failure="Everybody who can read the state knows the secret.",
    sources=("Terraform: Sensitive data in state",),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Use the write-only argument (`password_wo`, `secret_string_wo`), or let AWS manage the "
        "password."
    ),
    violations=_violations,
)
