"""Summarize the import inventory of an environment, for the output of `navra synth`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from navra_stacks.cli.pending_settings import shorten

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["summarize_inventory"]


def summarize_inventory(environment: Environment) -> Iterator[str]:
    """Yield a line with the number of imported resources, and a line for each preserved live value.

    Nothing is yielded if the environment has no inventory or its inventory is empty.
    """
    inventory = environment.inventory
    if inventory is None or not inventory.resources:
        return
    stack = environment.names.stack
    count = len(inventory.resources)
    yield f"{stack}: {count} {'resource' if count == 1 else 'resources'} imported"
    for address, resource in sorted(inventory.resources.items()):
        for argument, value in resource.live_arguments.items():
            yield f"{stack}: {address} preserves the live value of {argument}: {shorten(value)}"
        if resource.live_defaults:
            names = ", ".join(sorted(resource.live_defaults))
            yield f"{stack}: {address} preserves live values that no setting determines: {names}"
