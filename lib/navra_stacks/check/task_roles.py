"""The execution roles of ECS tasks, and the secrets that their containers inject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.containers import Container, containers_of, secret_of
from navra_stacks.check.policies import Statement, role_statements
from navra_stacks.check.values import remember
from navra_stacks.terraform.addresses import matches_wildcards, without_indexes

__all__ = [
    "ExecutionRole",
    "can_be_secret",
    "execution_roles",
    "injected_secrets",
    "is_same_secret",
    "secret_of_version",
]


_VERSION = re.compile(
    r"\$\{(?:data\.)?aws_secretsmanager_secret_version\.[\w-]+(?:\[[^\]]*\])?\."
    r"(?:arn|id|secret_id)\}"
)
_SUFFIX = 7
"""The length of the suffix that Secrets Manager appends to a name in an ARN: -AbCdEf.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
"""


class ExecutionRole(NamedTuple):
    """A role with which ECS starts tasks."""

    role: CheckedResource
    containers: tuple[Container, ...]
    """The containers of all tasks with the role."""
    statements: tuple[tuple[CheckedResource, Statement], ...]
    """The known statements of the role's policies, each with the resource that contains it."""
    is_complete: bool
    """True if all statements are known."""
    is_task_role: bool
    """True if the role is the task role as well, so that the application uses it."""

    def allowed(self, action: str) -> Iterator[tuple[CheckedResource, str]]:
        """Yield each resource on which a statement allows an action, with that of the statement."""
        for policy, statement in self.statements:
            if statement.allows and statement.matches(action):
                for resource in statement.resources:
                    yield policy, resource


def execution_roles(document: CheckedDocument) -> tuple[ExecutionRole, ...]:
    """Return the execution roles whose tasks are all known."""
    return remember(document.memo, "execution roles", lambda: tuple(_execution_roles(document)))


def _execution_roles(document: CheckedDocument) -> Iterator[ExecutionRole]:
    tasks: dict[str, list[CheckedResource]] = {}
    task_roles: set[str] = set()
    for task in document.all("aws_ecs_task_definition"):
        for role in task.referred("execution_role_arn", "aws_iam_role"):
            if not role.is_data:
                tasks.setdefault(role.base, []).append(task)
        task_roles |= task.refers_to("task_role_arn")
    for address, with_role in sorted(tasks.items()):
        found = document.find([address])
        known = [containers_of(task) for task in with_role]
        if len(found) != 1 or None in known:
            continue
        statements, is_complete = role_statements(document, found[0])
        yield ExecutionRole(
            found[0],
            tuple(container for one in known for container in one or ()),
            statements,
            is_complete,
            address in task_roles,
        )


def injected_secrets(container: Container) -> tuple[str, ...]:
    """Return the secrets that ECS reads for a container, as expressions or ARNs.

    A reference to a version is that to its secret.
    """
    values = container.values
    sources = [source for _, source in container.secrets]
    for option in values.block("logConfiguration").blocks("secretOptions"):
        sources.append(option.text("valueFrom") or "")
    sources.append(values.block("repositoryCredentials").text("credentialsParameter") or "")
    return tuple(
        dict.fromkeys(
            secret_of_version(container.task, secret_of(source)) for source in sources if source
        )
    )


def secret_of_version(owner: CheckedResource, text: str) -> str:
    """Return the secret to which the version in a text belongs; the text if it is not a version.

    Args:
        owner: The resource that contains the text.
        text: The text, for example ``${aws_secretsmanager_secret_version.a.arn}``, which is the ARN
            of the secret.
    """
    if _VERSION.fullmatch(text) is None:
        return text
    document = owner.document
    addresses = document.references(text, owner.module)
    versions = document.find(addresses, "aws_secretsmanager_secret_version")
    return (versions[0].text("secret_id") if len(versions) == 1 else None) or text


def is_same_secret(text: str, other: str) -> bool:
    """Return True if two references are to the same secret, or can be in a loop."""
    if text.rpartition(".")[0] == other.rpartition(".")[0]:
        return True
    return any("each." in one or "count." in one for one in (text, other)) and (
        without_indexes(text).rpartition(".")[0] == without_indexes(other).rpartition(".")[0]
    )


def can_be_secret(owner: CheckedResource, reference: str, arn: str) -> bool:
    """Return False if a reference is to a secret whose name the pattern of an ARN does not match.

    Args:
        owner: The resource that contains the reference.
        reference: The reference, for example ``${aws_secretsmanager_secret.a.arn}``.
        arn: The ARN, in which ``*`` and ``?`` are wildcards.
    """
    document = owner.document
    secrets = document.find(
        document.references(reference, owner.module), "aws_secretsmanager_secret"
    )
    if len(secrets) != 1:
        return True
    name, prefix = secrets[0].text("name"), secrets[0].text("name_prefix")
    pattern = arn.partition(":secret:")[2]
    if name is None and prefix is not None and "${" not in prefix:
        return pattern.startswith(prefix) or matches_wildcards(prefix, pattern)
    if name is None or "${" in name:
        return True
    return (
        matches_wildcards(name, pattern)
        or matches_wildcards(f"{name}-AbCdEf", pattern)
        or (pattern.startswith(f"{name}-") and len(pattern) == len(name) + _SUFFIX)
    )
