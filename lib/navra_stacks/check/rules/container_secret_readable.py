"""An execution role can read the secrets that its containers inject."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.task_roles import (
    execution_roles,
    injected_secrets,
    is_same_secret,
    secret_of_version,
)

__all__ = ["RULE"]


def _covers(resource: str, source: str) -> bool:
    """Return True if a resource of a statement may contain a secret."""
    if resource.startswith("${aws_secretsmanager_secret.") and source.startswith("${"):
        return is_same_secret(resource, source)
    return "${" in resource or "${" in source or fnmatchcase(source, f"{resource.rstrip('*')}*")


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in execution_roles(document):
        if not one.is_complete:
            continue
        readable = [
            secret_of_version(policy, resource)
            for policy, resource in one.allowed("secretsmanager:GetSecretValue")
        ]
        missing = [
            f"{source} of {container.name}"
            for container in one.containers
            for source in injected_secrets(container)
            if "secretsmanager" in source and not any(_covers(name, source) for name in readable)
        ]
        if missing:
            yield Violation(one.role.address, f"it cannot read {', '.join(dict.fromkeys(missing))}")


RULE = Rule(
    id="container-secret-readable",
    title="An execution role can read the secrets that its containers inject.",
    failure="ECS cannot start the tasks: ResourceInitializationError.",
    sources=("AWS: Task fails with ResourceInitializationError",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Allow `secretsmanager:GetSecretValue` on the secret.",
    violations=_violations,
)
