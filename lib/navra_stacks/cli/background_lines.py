"""Print lines from several threads, none of which waits for the reader of the output."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TextIO

from navra_stacks.cli.output import print_line

__all__ = ["Lines"]

_SECONDS = 5
"""The time that the last lines have at the end."""


class Lines:
    """A thread that prints lines, each as a whole.

    Args:
        stream: Standard output or standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._print, daemon=True)
        self._thread.start()

    def line(self, text: str) -> None:
        """Print a line soon.

        Raises:
            OSError: an earlier line could not be printed, for example because the reader has ended.
        """
        if self._error is not None:
            raise self._error
        self._queue.put(text)

    def close(self) -> None:
        """Wait until the lines are printed; not for a reader that does not read."""
        self._queue.put(None)
        self._thread.join(_SECONDS)

    def _print(self) -> None:
        while (text := self._queue.get()) is not None:
            try:
                print_line(text, file=self._stream)
            except OSError as error:
                self._error = error
                return
