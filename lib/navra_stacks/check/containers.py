"""The containers of the ECS task definitions of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.policies import parse_template
from navra_stacks.check.values import Values, remember

__all__ = ["Container", "containers", "containers_of", "secret_of"]


class Container(NamedTuple):
    """A container definition."""

    task: CheckedResource
    position: int
    values: Values

    @property
    def name(self) -> str:
        return self.values.text("name") or f"container {self.position}"

    def argument(self, field: str) -> str:
        """Return the path of a field within the task definition."""
        return f"container_definitions[{self.position}].{field}"

    @property
    def secrets(self) -> tuple[tuple[str, str], ...]:
        """The names and sources of the secrets that ECS injects."""
        return tuple(
            (secret.text("name") or "", source)
            for secret in self.values.blocks("secrets")
            if (source := secret.text("valueFrom")) is not None
        )


def containers_of(task: CheckedResource) -> tuple[Container, ...] | None:
    """Return the containers of a task definition; None if they are not known."""
    return remember(task.document.memo, ("containers", task.address), lambda: _parse(task))


def _parse(task: CheckedResource) -> tuple[Container, ...] | None:
    definitions = parse_template(task.body.get("container_definitions"), task.context)
    if not isinstance(definitions, list):
        return None
    if not all(isinstance(one, Mapping) for one in definitions):
        return None
    return tuple(
        Container(task, index, Values(one, task.context, task.module))
        for index, one in enumerate(definitions)
    )


def containers(document: CheckedDocument) -> Iterator[Container]:
    """Yield the containers that are known."""
    for task in document.all("aws_ecs_task_definition"):
        yield from containers_of(task) or ()


def secret_of(source: str) -> str:
    """Return the source of a secret without the JSON key, stage and version that can follow it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    expression = re.match(r"\$\{[^}]*\}", source)
    if expression is not None:
        return expression[0]
    return ":".join(source.split(":")[:7])
