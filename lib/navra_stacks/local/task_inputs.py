"""What a task needs besides its description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["TaskInputs"]


@dataclass(frozen=True, slots=True)
class TaskInputs:
    """The images, secrets, files and the network of a task."""

    images: Mapping[str, str]
    """The image of each container by its name."""

    network: str

    pause_image: str

    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """The values of the secrets of each container, by the names of the environment variables."""

    platform: str | None = None
    """The platform of the images, for example ``linux/arm64``; None for that of the engine."""

    files: Sequence[str] = ()
    """Options that mount files of this machine."""

    directories: Mapping[str, Path] = field(default_factory=dict)
    """The directories of this machine in place of EFS volumes, by the names of the volumes."""

    host_address: str | None = None
    """The address of this machine in the network; None if it is not known."""
