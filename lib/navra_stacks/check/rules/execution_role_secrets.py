"""An execution role reads only the secrets that its containers inject."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.task_roles import execution_roles, injected_secrets

__all__ = ["RULE"]

_REFERENCE = re.compile(
    r"\$\{(?:data\.)?aws_secretsmanager_secret\.[\w-]+(?:\[[^\]]*\])?\.(?:arn|id)\}"
)


def _is_single(resource: str) -> bool:
    """Return True if a resource of a statement is known to be one secret."""
    if _REFERENCE.fullmatch(resource):
        return "each." not in resource and "count." not in resource
    return "${" not in resource and resource != "*" and not resource.rstrip("?*").endswith(":")


def _is_same(resource: str, source: str) -> bool:
    if resource.startswith("${") or source.startswith("${"):
        return resource.rpartition(".")[0] == source.rpartition(".")[0]
    name = resource.rstrip("?*-")
    return source.startswith(name) or name.rpartition("-")[0] == source


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for one in execution_roles(document):
        if one.is_task_role:
            continue
        injected = {
            source for container in one.containers for source in injected_secrets(container)
        }
        for policy, statement in one.statements:
            if not statement.allows or not statement.matches("secretsmanager:GetSecretValue"):
                continue
            for resource in statement.resources:
                if not _is_single(resource) or any(
                    _is_same(resource, source) for source in injected
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
