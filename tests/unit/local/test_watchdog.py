"""The process that removes the objects of a run whose process was killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import Engine
from navra_stacks.local.watchdog import Watchdog
from tests.unit.local.fake_engine import install_command, recorded_calls

STORE = """
case "$1" in
ps) test -e "$0.removed" || echo web;;
container) echo '[{"Config": {"Labels": {"navra.local.run": "1f"}}}]';;
rm) touch "$0.removed";;
esac
"""
"""An engine with one container, which is removed once."""

SECONDS = 60


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(str(install_command(tmp_path, "docker", STORE)), DIALECTS["docker"])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The temporary directory of a run."""
    found = tmp_path / "run"
    found.mkdir()
    return found


def removals(engine: Engine) -> list[list[str]]:
    return [words for words, _ in recorded_calls(Path(engine.command)) if words[:1] == ["rm"]]


def test_a_run_that_ends_itself_leaves_nothing_to_do(engine: Engine, directory: Path) -> None:
    watchdog = Watchdog(engine, "1f", directory)
    watchdog.end()
    assert watchdog._process.returncode == 0
    assert removals(engine) == []


def test_what_a_killed_process_has_created_is_removed(engine: Engine, directory: Path) -> None:
    program = (
        "import time; from pathlib import Path; from navra_stacks.local.watchdog import Watchdog; "
        "from navra_stacks.local.engine import Engine; "
        "from navra_stacks.local.dialects import DIALECTS; "
        f"Watchdog(Engine({engine.command!r}, DIALECTS['docker']), '1f', "
        f"Path({str(directory)!r})); "
        "print('started', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "started\n"
        process.kill()
        process.wait()
    end = time.monotonic() + SECONDS
    while not removals(engine):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert removals(engine) == [["rm", "--force", "--volumes", "web"]]
    assert not directory.exists()


def test_the_process_is_in_a_session_of_its_own(engine: Engine, directory: Path) -> None:
    watchdog = Watchdog(engine, "1f", directory)
    try:
        fields = Path(f"/proc/{watchdog._process.pid}/stat").read_text(encoding="utf-8")
        assert int(fields.rpartition(")")[2].split()[3]) == watchdog._process.pid
    finally:
        watchdog.end()


def test_modules_in_the_working_directory_do_not_replace_those_of_python(
    engine: Engine, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project often has a file with the name of a module of the standard library."""
    (tmp_path / "secrets.py").write_text("raise SystemExit(7)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    watchdog = Watchdog(engine, "1f", directory)
    watchdog.end()
    assert watchdog._process.returncode == 0


def test_a_process_that_has_ended_already_is_no_error(engine: Engine, directory: Path) -> None:
    watchdog = Watchdog(engine, "1f", directory)
    watchdog._process.kill()
    watchdog._process.wait()
    watchdog.end()
