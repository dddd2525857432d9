"""How a container has ended."""

from __future__ import annotations

from dataclasses import dataclass

from navra_stacks.local.task_model import ContainerModel

__all__ = ["ContainerEnd", "Stop"]


@dataclass(frozen=True, slots=True)
class ContainerEnd:
    """The end of a container."""

    container: ContainerModel

    exit_code: int

    is_out_of_memory: bool
    """True if the engine reports that the kernel ended a process for its memory."""

    id: str

    error: str = ""
    """What happened if the container did not end by itself, for example ``was removed ...``."""


@dataclass(frozen=True, slots=True)
class Stop:
    """How a container ended after SIGTERM."""

    container: ContainerModel

    seconds: float

    was_killed: bool
    """True if it had not ended when its stop timeout had passed."""
