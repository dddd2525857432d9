"""Exclusive use of cdktf, which several threads or forked processes cannot share."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from navra_stacks.errors import NavraError

__all__ = ["exclusive"]

_lock = threading.RLock()
_process = os.getpid()  # cdktf is imported with this module, and starts node


@contextmanager
def exclusive() -> Iterator[None]:
    """Wait until no other thread of this process synthesizes.

    Raises:
        NavraError: this process was forked from one that had imported cdktf.
    """
    if os.getpid() != _process:
        raise NavraError(
            "this process was forked from one that uses cdktf, and cannot use its node process; "
            "start it with the method `spawn` of multiprocessing, or synthesize in the parent"
        )
    with _lock:
        yield
