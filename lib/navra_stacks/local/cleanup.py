"""Removal of what a run has created in the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from navra_stacks.local.engine import Engine
from navra_stacks.local.labels import KEPT_LABEL, OWNER_LABEL, RUN_LABEL, owner_runs

__all__ = ["Removed", "remove_leftovers", "remove_run"]

_KINDS = ("container", "volume", "network")
"""The kinds of objects in the order of their removal: each is used by those before it."""


_ATTEMPTS = 3


class Removed(NamedTuple):
    """The objects that were removed, by kind."""

    container: int = 0

    volume: int = 0

    network: int = 0

    left: int = 0
    """The number of objects that the engine did not remove."""

    def __str__(self) -> str:
        """Return for example ``2 containers, 1 network``; empty if nothing was removed."""
        counts = [(kind, getattr(self, kind)) for kind in _KINDS]
        return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts if n)


def remove_run(engine: Engine, run: str) -> Removed:
    """Remove all objects of a run."""
    return _remove(engine, f"{RUN_LABEL}={run}", lambda kind, name: True)


def remove_leftovers(engine: Engine, *, kept: bool) -> Removed:
    """Remove the objects of runs whose process has ended.

    Args:
        engine: The engine.
        kept: Remove those of runs with ``--keep`` as well.
    """

    def is_leftover(kind: str, name: str) -> bool:
        labels = engine.labels(kind, name)
        if labels is None or (labels.get(KEPT_LABEL) and not kept):
            return False
        return not owner_runs(labels.get(OWNER_LABEL, ""))

    return _remove(engine, RUN_LABEL, is_leftover)


def _remove(engine: Engine, label: str, is_selected: Callable[[str, str], bool]) -> Removed:
    counts: dict[str, int] = {}
    left = 0
    for kind in _KINDS:
        names = [name for name in engine.labelled(kind, label) if is_selected(kind, name)]
        remaining = names
        for _ in range(_ATTEMPTS):
            # Podman does not remove a container before those that use its network.
            engine.remove(kind, remaining)
            remaining = sorted(set(names) & set(engine.labelled(kind, label))) if names else []
            if not remaining:
                break
        counts[kind] = len(names) - len(remaining)
        left += len(remaining)
    return Removed(**counts, left=left)
