"""The progress and the outcome of a command that changes what runs, and its exit status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

__all__ = ["Outcome", "RefusedError", "Report", "Status"]

Report = Callable[[str], None]
"""A function that is called with each line of the progress."""


class Status(IntEnum):
    """The exit statuses of the commands that change what runs."""

    DONE = 0
    """The new revision runs."""

    FAILED = 1
    """The deployment failed, and the previous revision was confirmed to run."""

    REFUSED = 3
    """Nothing was changed."""

    UNKNOWN = 4
    """A part was changed, or it is not known what runs."""


class RefusedError(Exception):
    """The command must not change anything, for a reason that the message contains."""


@dataclass
class Outcome:
    """The outcome of a command, and what each service runs at its end."""

    status: Status

    reason: str = ""
    """The reason for another status than DONE."""

    running: dict[str, str] = field(default_factory=dict)
    """The revision that each service runs, by name, as far as it is known."""

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a value for ``json.dumps``."""
        return {
            "status": int(self.status),
            "outcome": self.status.name.lower(),
            "reason": self.reason,
            "running": self.running,
        }
