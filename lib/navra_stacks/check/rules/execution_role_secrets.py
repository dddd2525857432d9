"""An execution role reads only the secrets that its containers inject."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.task_roles import (
    can_be_secret,
    execution_roles,
    injected_secrets,
    is_same_secret,
    secret_of_version,
)

__all__ = ["RULE"]

_REFERENCE = re.compile(
    r"\$\{(?:data\.)?aws_secretsmanager_secret\.[\w-]+(?:\[[^\]]*\])?\.(?:arn|id)\}"
)


def _is_single(resource: str) -> bool:
    """Return True if a resource of a statement is known to be one secret."""
    if _REFERENCE.fullmatch(resource):
        return "each." not in resource and "count." not in resource
    return "${" not in resource and resource != "*" and not resource.rstrip("?*").endswith(":")


def _is_same(policy: CheckedResource, resource: str, task: CheckedResource, source: str) -> bool:
    """Return True if a resource of a statement is, or can be, the source of an injected secret."""
    if resource.startswith("${") and source.startswith("${"):
        return is_same_secret(resource, source)
    if source.startswith("${"):
        return can_be_secret(task, source, resource)
    if resource.startswith("${"):
        return can_be_secret(policy, resource, source)
    name = resource.rstrip("?*-")
    return source.startswith(name) or name.rpartition("-")[0] == source


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in execution_roles(document):
        if one.is_task_role:
            continue
        injected = {
            (container.task, source)
            for container in one.containers
            for source in injected_secrets(container)
        }
        for policy, statement in one.statements:
            if not statement.allows or not statement.matches("secretsmanager:GetSecretValue"):
                continue
            for written in statement.resources:
                resource = secret_of_version(policy, written)
                if not _is_single(resource) or any(
                    _is_same(policy, resource, task, source) for task, source in injected
                ):
                    continue
                if "secretsmanager" in resource:
                    yield Violation(
                        policy.address,
                        f"{one.role.address} can read {resource}, which no container injects",
                        "policy",
                    )


RULE = Rule(
    id="execution-role-secrets",
    title="An execution role reads only the secrets that its containers inject.",
    failure="A task that is taken over reads the secrets of other services or environments.",
    sources=("AWS: Best practices for IAM roles in Amazon ECS",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Allow `secretsmanager:GetSecretValue` on exactly the injected secrets.",
    violations=_violations,
)
