"""The execution roles of ECS tasks, and the secrets that their containers inject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.containers import Container, containers_of, secret_of
from navra_stacks.check.policies import Statement, role_statements

__all__ = ["ExecutionRole", "execution_roles", "injected_secrets"]


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


def execution_roles(document: CheckedDocument) -> tuple[ExecutionRole, ...]:
    """Return the execution roles whose tasks are all known."""
    key = "execution roles"
    if key not in document.memo:
        document.memo[key] = tuple(_execution_roles(document))
    known: tuple[ExecutionRole, ...] = document.memo[key]
    return known


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
    """Return the secrets that ECS reads for a container, as expressions or ARNs."""
    values = container.values
    sources = [source for _, source in container.secrets]
    for option in values.block("logConfiguration").blocks("secretOptions"):
        sources.append(option.text("valueFrom") or "")
    sources.append(values.block("repositoryCredentials").text("credentialsParameter") or "")
    return tuple(dict.fromkeys(secret_of(source) for source in sources if source))
