"""A synthesized environment, with queries for tests."""

from __future__ import annotations

# Imported before cdktf, so that node comes from a package and not from the machine.
import navra_stacks  # noqa: F401

# isort: split
from collections.abc import Callable

from navra_stacks.testing.document import (
    SynthesizedDocument as Built,
    reference as ref,
    weights,
)

__all__ = ["Build", "Built", "difference", "ref", "weights"]


def difference(before: Built, after: Built) -> tuple[set[str], set[str], set[str]]:
    """Return the addresses that were added, removed and changed."""
    old, new = before.bodies, after.bodies
    changed = {address for address in old.keys() & new.keys() if old[address] != new[address]}
    return new.keys() - old.keys(), old.keys() - new.keys(), changed


Build = Callable[..., Built]
