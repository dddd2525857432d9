"""The emulator's process: it comes, it ends with who started it, and it leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.rehearsal.emulator.client import Emulator, EmulatorError
from tests.support.handmade_account.console import ACCOUNT
from tests.support.processes import gone

SCRIPT = """
from navra_stacks.rehearsal.emulator.client import Emulator
import time
with Emulator() as emulator:
    print(emulator._process.pid, emulator.endpoint, flush=True)
    time.sleep(60)
"""

LISTENS = """
from tests.support.processes import gone
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
time.sleep(60)
"""


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


def test_the_emulators_own_clients_read_nothing_of_the_machine(
    emulated: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each would stop a client that read it: a profile that is nowhere, files that are none.
    (tmp_path / "broken").write_text("this is no configuration")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "broken"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "broken"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    # A Region of its own: nothing of it was made before.
    identity = emulated.client("sts", "eu-north-1").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    # Nor do those of the search, which makes its own of the session.
    account = AwsAccount(
        "eu-north-1", endpoint_url=emulated.endpoint, session=emulated.session("eu-north-1")
    )
    assert account.id == ACCOUNT
