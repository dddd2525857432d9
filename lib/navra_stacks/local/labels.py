"""The labels of all objects of a run in the engine, by which they are found and removed."""

from __future__ import annotations

import os
import re
import secrets
import socket
from pathlib import Path
from typing import NamedTuple

__all__ = ["KEPT_LABEL", "OWNER_LABEL", "RUN_LABEL", "Labels", "owner", "owner_runs"]

RUN_LABEL = "navra.local.run"
"""The label whose value is the ID of a run."""

OWNER_LABEL = "navra.local.owner"
"""The label whose value is the process that removes the objects at its end."""

KEPT_LABEL = "navra.local.kept"
"""The label of objects that stay after the end of their run."""


class Labels(NamedTuple):
    """The labels and names of the objects of a run."""

    run: str
    """The ID of the run."""

    is_kept: bool = False
    """True for objects that stay after the end of the run."""

    @classmethod
    def new(cls, *, is_kept: bool = False) -> Labels:
        """Return the labels of a new run."""
        return cls(secrets.token_hex(4), is_kept)

    @property
    def options(self) -> tuple[str, ...]:
        """The options that set the labels."""
        labels = {RUN_LABEL: self.run, OWNER_LABEL: owner()}
        if self.is_kept:
            labels[KEPT_LABEL] = "true"
        return tuple(f"--label={name}={value}" for name, value in labels.items())

    def name(self, *parts: str) -> str:
        """Return the name of an object, which no other parts have."""
        # No part contains a dot, so that the names of different objects differ.
        text = ".".join(re.sub(r"[^a-zA-Z0-9_]+", "-", part).strip("-") for part in parts)
        return f"navra-{self.run}-{text}"


def owner() -> str:
    """Return this process: the machine, the process ID, and when the process started."""
    return f"{socket.gethostname()}/{os.getpid()}/{_start(os.getpid())}"


def owner_runs(label: str) -> bool:
    """Return True if the process that a label of an owner names runs.

    A process of another machine that shares the engine counts as running.
    """
    host, _, rest = label.partition("/")
    number, _, start = rest.partition("/")
    if host != socket.gethostname() or not number.isdigit():
        return host != socket.gethostname() and bool(host)
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _start(int(number)) == start


def _start(process: int) -> str:
    """Return when a process started, in ticks since the boot; empty where /proc is missing.

    A process that has ended, and whose parent has not read its status yet, has no start.
    """
    try:
        content = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    # The second field is the name in parentheses, which can contain spaces. See proc_pid_stat(5).
    state, *fields = content.rpartition(")")[2].split()
    return "ended" if state in ("X", "Z") else fields[18]
