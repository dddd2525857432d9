"""Helpers for processes that tests start."""

from __future__ import annotations

import os
import time
from pathlib import Path


def has_ended(pid: int) -> bool:
    """Wait up to 10 seconds for a process to end, and return True if it has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False
