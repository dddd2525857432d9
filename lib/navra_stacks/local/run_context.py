"""What all parts of a run use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from navra_stacks.local.application import Application
from navra_stacks.local.engine import Engine
from navra_stacks.local.labels import Labels
from navra_stacks.local.options import LocalOptions
from navra_stacks.local.redaction import Redaction

__all__ = ["RunContext"]


@dataclass(frozen=True, slots=True)
class RunContext:
    """The values that do not change during a run."""

    application: Application

    engine: Engine

    labels: Labels

    options: LocalOptions

    directory: Path
    """The temporary directory of the run."""

    report: Callable[[str], None]

    redaction: Redaction

    resources: ExitStack
    """What is closed at the end of the run."""

    stopping: Event
    """Set when the run ends, so that all threads that wait for a service return."""

    @property
    def network(self) -> str:
        """The name of the network of the run."""
        return self.labels.name("network")
