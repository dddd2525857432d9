"""How a command tells what an environment's inventory does to its resources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["summarize_inventory"]

LONGEST = 60
"""How much of a value is shown, in characters."""


def summarize_inventory(environment: Environment) -> Iterator[str]:
    """A line on what is imported, and one for each argument that keeps the value that is live."""
    inventory = environment.inventory
    if inventory is None or not inventory.resources:
        return
    stack = environment.names.stack
    count = len(inventory.resources)
    yield f"{stack}: {count} {'resource' if count == 1 else 'resources'} imported"
    for address, one in sorted(inventory.resources.items()):
        for argument, value in one.kept_arguments.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            text = "absent" if value is None else text
            text = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
            yield f"{stack}: {address} keeps {argument} as it is: {text}"
