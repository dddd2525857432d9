"""Nothing of a run stays in the engine, however the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.local.conftest import Start
from tests.support.container_engine.engine import Engine
from tests.support.container_engine.navra_local import NavraLocal


@pytest.fixture(autouse=True)
def no_objects(engine: Engine, start: Start) -> Iterator[None]:
    """Begin with an empty engine, even after a failed test."""
    assert engine.objects() == {}
    yield
    start.end()
    engine.clear()


def is_empty(engine: Engine) -> bool:
    """Wait up to a minute until the engine has no object, and return True if it has none."""
    deadline = time.monotonic() + 60
    while engine.objects():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def watchdog(engine: Engine) -> int:
    """Return the process that watches the run."""
    run = engine.objects()["networks"][0].split("-")[1]
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True
    )
    lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
    (found,) = [pid for pid, command in lines if "local.watchdog" in command and run in command]
    return int(found)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_start_leaves_nothing(
    engine: Engine, start: Start, number: signal.Signals
) -> None:
    command = start("prod")
    command.wait_for("starting the one-off task")
    assert command.end(number) != 0
    assert engine.objects() == {}


def test_after_sigkill_the_watchdog_removes_everything(engine: Engine, start: Start) -> None:
    command = start("staging", "frontend")
    command.wait_for("^running until Ctrl-C")
    assert set(engine.objects()) == {"containers", "networks"}
    assert command.end(signal.SIGKILL) == -signal.SIGKILL
    # No other command is started: only the watchdog can remove them.
    assert is_empty(engine)


def test_without_a_watchdog_the_next_run_removes_what_a_killed_run_left(
    engine: Engine, start: Start
) -> None:
    command = start("staging", "frontend")
    command.wait_for("^running until Ctrl-C")
    os.kill(watchdog(engine), signal.SIGKILL)
    command.end(signal.SIGKILL)
    left = engine.objects()
    assert set(left) == {"containers", "networks"}

    following = start("staging", "frontend", "--check", "--keep-alive-seconds=0")
    following.wait_for("removed what a killed run had left: 2 containers, 1 network")
    assert following.wait() == 0
    assert engine.objects() == {}


def test_kept_containers_stay_until_clean(engine: Engine, start: Start) -> None:
    command = start("staging", "frontend", "--keep", "--check", "--keep-alive-seconds=0")
    assert command.wait() == 0
    kept = engine.objects()
    assert set(kept) == {"containers", "networks"}

    other = start("staging", "frontend", "--check", "--keep-alive-seconds=0")
    assert other.wait() == 0
    assert engine.objects() == kept

    clean = NavraLocal(engine, "--clean")
    assert clean.wait() == 0
    assert clean.lines == ["removed: 2 containers, 1 network"]
    assert engine.objects() == {}


def test_a_run_that_is_checked_leaves_nothing_when_it_fails(
    engine: Engine, start: Start, tmp_path: Path
) -> None:
    # The database is another server than the one that is described.
    command = start("prod", "--check", "--data=DATABASE_URL=localhost/missing:1")
    assert command.wait() != 0
    assert engine.objects() == {}
