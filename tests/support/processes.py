"""Helpers for processes that tests start."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes that a process has started, and those that they have started."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        started = ""
        with suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended
            started = children.read_text()
        for child in map(int, started.split()):
            yield child
            yield from descendants(child)


def has_ended(pid: int) -> bool:
    """Wait up to 10 seconds for a process to end, and return True if it has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with suppress(FileNotFoundError, ProcessLookupError):  # not on Linux, or just ended
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.05)
    return False
