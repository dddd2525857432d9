"""The containers that use secrets and data stores, and their variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from navra_stacks.local.data.composed import ComposedValue, ValueComposer
from navra_stacks.local.secrets.secret_references import SecretReference, secret_references
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["Consumer", "MissingSecret", "Variable", "variables_of"]


class Consumer(NamedTuple):
    """A container of a task that runs."""

    service: str
    """The service of the task; that of a one-off task is the service to which it belongs."""
    task: str
    """The name of the task, unique in the environment."""
    definition: Mapping[str, Any]
    """The container definition, in the form of the ECS API, with the document's expressions."""

    @property
    def container(self) -> str:
        """The name of the container."""
        return str(self.definition.get("name", ""))


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable whose value is a secret or depends on a data store."""

    service: str
    task: str
    container: str
    name: str
    reference: SecretReference | None
    """The secret; None for a variable in ``environment``."""
    composed: ComposedValue | None
    """The value in the document; None if the document has none."""

    @property
    def label(self) -> str:
        """The variable with its service: SERVICE.VARIABLE."""
        return f"{self.service}.{self.name}"

    @property
    def secret(self) -> str:
        """The name of the secret; empty for a variable in ``environment``."""
        return "" if self.reference is None else self.reference.secret

    @property
    def identity(self) -> str:
        """A text that is equal for the variables with the same value."""
        if self.reference is None:
            return self.label
        return self.reference.address or self.reference.secret

    def __repr__(self) -> str:
        return f"Variable({self.label})"


@dataclass(frozen=True, slots=True)
class MissingSecret:
    """A variable without a value, so that its container cannot start as it does on ECS."""

    service: str
    task: str
    container: str
    variable: str
    secret: str
    """The name of the secret; empty for a variable in ``environment``."""
    reason: str
    """Why there is no value, and the repair."""

    def __str__(self) -> str:
        source = f" (secret {self.secret})" if self.secret else ""
        return f"{self.service}: {self.variable}{source}: {self.reason}"


def variables_of(
    document: TerraformDocument, consumers: Iterable[Consumer], composer: ValueComposer
) -> Iterator[Variable]:
    """Yield each variable that is a secret, or that contains a part of a connection."""
    for consumer in consumers:
        keys = (consumer.service, consumer.task, consumer.container)
        for reference in secret_references(document, consumer.definition):
            yield Variable(*keys, reference.variable, reference, composer.secret(reference.address))
        for one in consumer.definition.get("environment") or ():
            composed = composer.template(str(one.get("value", "")))
            if composed.stores:
                yield Variable(*keys, str(one["name"]), None, composed)
