"""The kernel's log, which names the containers in which it ended a process for its memory."""

from __future__ import annotations

import os

__all__ = ["ended_for_memory"]

_KERNEL_LOG = "/dev/kmsg"
_RECORD_BYTES = 8192
"""The longest record. Source: the kernel's documentation, ABI/testing/dev-kmsg."""


def ended_for_memory(container: str) -> bool:
    """Return True if the kernel's log has a process of a container that exceeded its memory.

    The engines' own flag stays false with the first version of control groups, and for processes
    other than the first one of a container. The log can be read on Linux by a privileged user; for
    others, the result is False.

    Args:
        container: The ID of the container, which the name of its control group contains.
    """
    if not container:
        return False
    return any(
        "oom-kill:constraint=CONSTRAINT_MEMCG" in record and container in record
        for record in _records()
    )


def _records() -> list[str]:
    try:
        log = os.open(_KERNEL_LOG, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return []
    records = []
    try:
        while True:
            try:
                records.append(os.read(log, _RECORD_BYTES).decode(errors="replace"))
            except BrokenPipeError:  # a record was overwritten before it was read
                continue
            except OSError:  # the end of the log
                return records
    finally:
        os.close(log)
