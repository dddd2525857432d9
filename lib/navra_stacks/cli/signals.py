"""Handle SIGTERM, the signal with which a CI system ends a job."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["interrupt_on_sigterm"]


@contextmanager
def interrupt_on_sigterm() -> Iterator[None]:
    """Exit on SIGTERM through an exception, as on Ctrl-C, while the context is active.

    The cleanup of the code in the context therefore runs: child processes end, and temporary files
    are deleted.
    """

    def interrupt(number: int, frame: object) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield  # Python sets signal handlers only in the main thread
        return
    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
