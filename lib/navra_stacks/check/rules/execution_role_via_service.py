"""An execution role decrypts through Secrets Manager only."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.task_roles import execution_roles

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in execution_roles(document):
        for policy, statement in one.statements:
            if not statement.allows or not statement.matches("kms:Decrypt"):
                continue
            if "*" in statement.actions:
                continue  # the rule iam-administrator reports it
            keys = [key for _, key, _ in statement.conditions]
            if not any(
                key == "kms:viaservice" or key.startswith("kms:encryptioncontext") for key in keys
            ):
                yield Violation(
                    policy.address,
                    f"{one.role.address} can decrypt with any service, without kms:ViaService",
                    "policy",
                )


RULE = Rule(
    id="execution-role-via-service",
    title="An execution role decrypts through Secrets Manager only.",
    failure="A task that is taken over decrypts any data of the key, not only its secrets.",
    sources=("AWS: Policy conditions, kms:ViaService",),
    severity=Severity.LOW,
    pack="production",
    repair="Add a condition on `kms:ViaService`.",
    violations=_violations,
)
