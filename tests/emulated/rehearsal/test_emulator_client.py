"""The emulator's server process: it starts, and it ends with its parent process."""

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
from tests.support.processes import has_ended

SCRIPT = """
from navra_stacks.rehearsal.emulator.client import Emulator
import time
with Emulator() as emulator:
    print(emulator._process.pid, emulator.endpoint, flush=True)
    time.sleep(60)
"""

FAKE_SERVER = """
from tests.support.processes import has_ended
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
time.sleep(60)
"""


def test_the_server_ends_without_leftovers_when_its_parent_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline().split()[0])
        parent.send_signal(signal.SIGKILL)
    assert has_ended(pid)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_start_is_an_error_with_the_servers_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))  # a directory without Python
    with Emulator() as emulator, pytest.raises(EmulatorError, match="No module named 'encodings'"):
        _ = emulator.endpoint


def test_a_call_after_the_server_has_ended_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # A server that starts quickly: this test sends it no requests while it runs.
    monkeypatch.setattr(Emulator, "server", ("-S", "-c", FAKE_SERVER))
    with Emulator() as emulator:
        assert emulator.endpoint
    with pytest.raises(EmulatorError, match="does not respond"):
        emulator.created_since_snapshot()


def test_clients_of_the_emulator_ignore_the_settings_of_the_machine(
    emulated: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A client that reads any of these settings fails.
    (tmp_path / "broken").write_text("not a configuration file")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "broken"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "broken"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    # A Region that no other test uses, so that no client is cached.
    identity = emulated.client("sts", "eu-north-1").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    # The account reader creates its own clients from the session.
    account = AwsAccount(
        "eu-north-1", endpoint_url=emulated.endpoint, session=emulated.session("eu-north-1")
    )
    assert account.id == ACCOUNT
