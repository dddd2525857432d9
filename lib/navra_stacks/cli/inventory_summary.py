"""Summarize the import inventory of an environment, for the output of `navra synth`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["summarize_inventory"]

MAX_LENGTH = 60
"""Maximum length of a printed value, in characters. A longer value is cut."""


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
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            text = "absent" if value is None else text
            text = text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 3]}..."
            yield f"{stack}: {address} preserves the live value of {argument}: {text}"
