"""The type of a variation: how one part of an account differs from the recorded environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.support.handmade_account.environment import HandmadeEnvironment

__all__ = ["Kind", "Variation", "merged"]


class Kind(StrEnum):
    """The part of the account that a variation changes."""

    NETWORK = "network"
    LISTENER_RULES = "listener rules"
    ROLES = "roles"
    CONTAINERS = "containers"
    TARGET_GROUPS = "target groups"
    LOAD_BALANCER = "load balancer"
    SERVICES = "services"
    CLUSTER = "cluster"
    LOG_GROUPS = "log groups"
    DNS = "dns"


def _nothing(_: HandmadeEnvironment) -> None:
    pass


@dataclass(frozen=True)
class Variation:
    """A difference from the recorded environment."""

    name: str

    kind: Kind

    change: Callable[[HandmadeEnvironment], None] = _nothing
    """Changes the environment after it was built."""

    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Arguments of the environment's class."""

    created: frozenset[str] = frozenset()
    """The addresses of resources that the variation removes, so that the first apply creates
    them.
    """

    not_imported: frozenset[str] = frozenset()
    """The addresses of existing resources that are not imported."""

    registered: frozenset[str] = frozenset()
    """The revisions that the first apply registers in addition to the running ones."""

    refused: str = ""
    """A regular expression for the reason in the output, if the account cannot be adopted."""

    def __str__(self) -> str:
        return self.name


def merged(*arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an environment, with the nested mappings merged."""
    result: dict[str, Any] = {}
    for added in arguments:
        for name, value in added.items():
            before = result.get(name)
            both = isinstance(value, Mapping) and isinstance(before, Mapping)
            # An empty mapping replaces the other one: no service has a task role.
            result[name] = merged(before, value) if both and value and before else value
    return result
