"""A process that runs `navra local` with the engine of the tests."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from typing import Any

from tests.support.container_engine.engine import Engine
from tests.support.navra_command import COMMAND

__all__ = ["NavraLocal"]

_SECONDS = 120


class NavraLocal:
    """A running command, whose output is read all the time."""

    def __init__(self, engine: Engine, *arguments: str) -> None:
        """Start the command with the arguments, on free ports."""
        self.process = subprocess.Popen(
            [COMMAND, "local", *arguments, "--engine", "podman", "--port", "0"],
            env=os.environ | engine.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Signals are sent to the command, not to its children.
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """What the command has printed so far."""
        return "\n".join(self.lines)

    @property
    def result(self) -> dict[str, Any]:
        """The result that the command printed with ``--json``, after its progress."""
        return dict(json.loads("\n".join(self.lines[self.lines.index("{") :])))

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until a line matches, and return the match.

        Raises:
            AssertionError: the command ended before, or two minutes have passed.
        """
        deadline = time.monotonic() + _SECONDS
        checked = 0
        while True:
            has_ended = self.process.poll() is not None
            if has_ended:
                self._reader.join(timeout=10)
            while checked < len(self.lines):
                if found := re.search(pattern, self.lines[checked]):
                    return found
                checked += 1
            assert not has_ended, f"ended before {pattern!r}:\n{self.output}"
            assert time.monotonic() < deadline, f"no line {pattern!r}:\n{self.output}"
            time.sleep(0.05)

    def url(self, port: int) -> str:
        """Wait for the local URL of a listener, and return it."""
        return self.wait_for(rf"^listener {port}: (http://\S+)$")[1]

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, and return the exit status of the command."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Return the exit status of the command."""
        status = self.process.wait(timeout=_SECONDS)
        self._reader.join(timeout=10)
        return status

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self.lines.append(line.rstrip("\n"))
