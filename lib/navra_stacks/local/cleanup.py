"""Removal of what a run has created in the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    return _remove(engine, f"{RUN_LABEL}={run}", lambda labels: True)


def remove_leftovers(engine: Engine, *, kept: bool) -> Removed:
    """Remove the objects of runs whose process has ended.

    Args:
        engine: The engine.
        kept: Remove those of runs with ``--keep`` as well.
    """

    def is_leftover(labels: Mapping[str, str]) -> bool:
        if labels.get(KEPT_LABEL) and not kept:
            return False
        return not owner_runs(labels.get(OWNER_LABEL, ""))

    return _remove(engine, RUN_LABEL, is_leftover)


def _remove(
    engine: Engine, label: str, is_selected: Callable[[Mapping[str, str]], bool]
) -> Removed:
    counts: dict[str, int] = {}
    left = 0
    for kind in _KINDS:
        names = [
            name
            for name, labels in _with_labels(engine, kind, engine.labelled(kind, label))
            if is_selected(labels)
        ]
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


def _with_labels(
    engine: Engine, kind: str, names: Iterable[str]
) -> Iterable[tuple[str, Mapping[str, str]]]:
    for name in names:
        labels = engine.labels(kind, name)
        if labels is not None:
            yield name, labels
