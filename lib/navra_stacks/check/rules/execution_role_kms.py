"""An execution role can decrypt the secrets that its containers inject."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.task_roles import execution_roles, injected_secrets

__all__ = ["RULE"]


def _is_other_key(resource: str) -> bool:
    """Return True if a resource of a statement is known to be one other key."""
    return resource.startswith("${aws_kms_key.") or (
        "${" not in resource and resource.startswith("arn:") and "*" not in resource
    )


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in execution_roles(document):
        if not one.is_complete:
            continue
        names = [source for container in one.containers for source in injected_secrets(container)]
        secrets = document.find(document.references(names), "aws_secretsmanager_secret")
        keys = {key for secret in secrets for key in secret.referred("kms_key_id", "aws_kms_key")}
        usable = [resource for _, resource in one.allowed("kms:Decrypt")]
        for key in sorted(keys, key=lambda key: key.address):
            if one.role.base in key.references or any(
                key.base in document.references(resource) or not _is_other_key(resource)
                for resource in usable
            ):
                continue
            yield Violation(one.role.address, f"it cannot decrypt with {key.address}")


RULE = Rule(
    id="execution-role-kms",
    title="An execution role can decrypt the secrets that its containers inject.",
    failure="ECS cannot start the tasks: ResourceInitializationError.",
    sources=("AWS: Task fails with ResourceInitializationError",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Allow `kms:Decrypt` on the key of the secret.",
    violations=_violations,
)
