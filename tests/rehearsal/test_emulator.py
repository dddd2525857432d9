"""The emulator's process: it comes, it ends with who started it, and it leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from navra_stacks.rehearsal.emulator import Emulator, EmulatorError

SCRIPT = """
from navra_stacks.rehearsal.emulator import Emulator
import time
with Emulator() as emulator:
    print(emulator._process.pid, emulator.endpoint, flush=True)
    time.sleep(60)
"""

LISTENS = """
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
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


def test_it_ends_and_leaves_nothing_even_when_who_started_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        text=True,
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline().split()[0])
        starter.send_signal(signal.SIGKILL)
    assert gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_one_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))  # where no Python is
    with Emulator() as emulator, pytest.raises(EmulatorError, match="No module named 'encodings'"):
        _ = emulator.endpoint


def test_one_that_has_ended_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    # One that is quick to start: what answers while it lives is not asked here.
    monkeypatch.setattr(Emulator, "server", ("-S", "-c", LISTENS))
    with Emulator() as emulator:
        assert emulator.endpoint
    with pytest.raises(EmulatorError, match="does not answer"):
        emulator.since()
