"""The exit status of every command, as docs/exit-statuses.md lists them.

The status of a refused plan is tested in test_guard.py. All other statuses are here, in one file,
because together they are the table on the page.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import navra_stacks.errors
from navra_stacks import ImportInventory
from navra_stacks.cli.app import COMMANDS as SUBCOMMANDS, main
from navra_stacks.cli.error_handling import handle_errors
from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.result import Difference, Leftover, Phase, Rehearsal
from tests.support.navra_command import COMMAND
from tests.support.repository import ROOT

PAGE = (ROOT / "docs/exit-statuses.md").read_text(encoding="utf-8")
COMMANDS = sorted(SUBCOMMANDS)
PATHS = os.pathsep.join(map(str, (ROOT / "lib", ROOT)))

# A module of environments that waits while it is imported.
WAITING = """
import time
from environments import ENVIRONMENTS
print("waiting", flush=True)
time.sleep(60)
"""


def rows() -> dict[str, dict[str, str]]:
    """The cells of each command's row, by the status in the head of the table."""
    (head,) = re.findall(r"^\| command \|(.*)\|$", PAGE, re.MULTILINE)
    statuses = [status.strip() for status in head.split("|")]
    return {
        command: dict(zip(statuses, (cell.strip() for cell in cells.split("|")), strict=True))
        for command, cells in re.findall(r"^\| `navra (\w[\w-]*)` \|(.*)\|$", PAGE, re.MULTILINE)
    }


# The page


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_row_on_the_page(command: str) -> None:
    assert rows()[command]["0"]


def test_each_row_on_the_page_belongs_to_a_command() -> None:
    assert sorted(rows()) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_uses_only_the_statuses_on_the_page(command: str) -> None:
    """The help of a command lists the statuses, if there are others than 0 and those of errors."""
    callback = SUBCOMMANDS[command].load(command)
    documented = {status for status, cell in rows()[command].items() if cell != "-"}
    sentences = re.findall(r"Exit status[^.]*\.", callback.__doc__ or "")
    in_help = set(re.findall(r"\b[0134]\b", " ".join(sentences)))
    assert in_help == (documented if documented != {"0"} else set())


# The context of all commands


def status_of(error: BaseException) -> object:
    with pytest.raises(SystemExit) as end, handle_errors():
        raise error
    return end.value.code


@pytest.mark.parametrize(
    ("error", "status", "printed"),
    [
        (NavraError("port: 0 is not a port"), 2, "navra: port: 0 is not a port\n"),
        (KeyboardInterrupt(), 130, ""),
        (SystemExit(3), 3, ""),
        (
            PermissionError(13, "Permission denied", "/etc/x"),
            2,
            "navra: /etc/x cannot be read or written: Permission denied\n",
        ),
        (
            OSError(28, "No space left on device"),
            2,
            "navra: the output cannot be written: No space left on device\n",
        ),
        (
            FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"),
            2,
            "navra: no temporary file can be written: No usable temporary directory found in "
            "['/tmp']; free some space, or set TMPDIR\n",
        ),
    ],
    ids=repr,
)
def test_an_error_of_the_user_or_an_interruption_has_no_traceback(
    error: BaseException, status: int, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(error) == status
    assert capsys.readouterr() == ("", printed)


def raise_in_library(error: Exception) -> None:
    code = "def raise_(error):\n    raise error\n"
    names: dict[str, Any] = {}
    exec(compile(code, str(navra_stacks.errors.__file__), "exec"), names)
    names["raise_"](error)


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("x"), FileNotFoundError(2, "No such file", "x"), KeyError("x")]
)
def test_a_bug_has_a_traceback_and_a_line_on_how_to_report_it(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end, handle_errors():
        raise_in_library(error)
    assert end.value.code == 70
    printed = capsys.readouterr().err
    assert printed.startswith("Traceback (most recent call last):")
    *_, name, last = printed.splitlines()
    assert name.startswith(type(error).__name__)
    assert last.startswith("navra: this error is unexpected; ")
    assert "`navra --version`" in last


def test_sigterm_ends_a_command_through_an_exception() -> None:
    cleaned = []

    def interrupted() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            cleaned.append(True)

    with pytest.raises(SystemExit) as end, handle_errors():
        interrupted()
    assert (end.value.code, cleaned) == (143, [True])
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_errors_are_handled_in_a_thread_too() -> None:
    statuses = []
    thread = threading.Thread(target=lambda: statuses.append(status_of(NavraError("x"))))
    thread.start()
    thread.join()
    assert statuses == [2]


# Processes


def run(
    *command: str | Path, cwd: Path, shell: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    line = [*map(str, command)]
    return subprocess.run(
        ["bash", "-c", f'set -o pipefail; "$@" {shell}', "bash", *line] if shell else line,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": PATHS, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [["environments"], ["routes", "staging"], ["synth", "staging", "--out", "out"], ["--version"]],
    ids=" ".join,
)
def test_status_0_is_success(arguments: list[str], tmp_path: Path) -> None:
    done = run(COMMAND, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


INVALID = "from environments.staging import STAGING\nENVIRONMENTS = STAGING.replace(account='1')\n"


WITHOUT_SETTINGS = {"check", "guard", "deploy", "local", "logs", "rollback", "run", "status"}
"""The commands that read only files, and no settings."""


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in WITHOUT_SETTINGS])
def test_invalid_settings_have_status_2(command: str, tmp_path: Path) -> None:
    (tmp_path / "invalid.py").write_text(INVALID)
    names = {"environments": [], "synth": [], "diff": ["staging", "prod"]}.get(command, ["staging"])
    done = run(COMMAND, command, *names, "--from", "invalid:ENVIRONMENTS", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'1' is not a valid AWS account id" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_usage_has_status_2(command: str, tmp_path: Path) -> None:
    done = run(COMMAND, command, "--no-such-option", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such option: --no-such-option" in done.stderr


REHEARSAL = Rehearsal(
    stack="shop-live",
    resources=1,
    phases=(Phase("plan", 1.0),),
    provider="6.25.0",
    omissions=(),
    placeholder_values={},
    seeded=(),
    removed_protections=(),
    differences=(),
    leftovers=(),
    expected_leftovers=(),
    failure="",
    is_complete=True,
)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 0),
        ({"failure": "apply: no"}, 1),
        ({"differences": (Difference("aws_lb.a", "name", "a", "b"),)}, 1),
        ({"leftovers": (Leftover("ec2", "eu-west-1", "Vpc", "vpc-1"),)}, 1),
    ],
    ids=str,
)
def test_a_rehearsal_that_differs_has_status_1(
    changes: dict[str, Any], status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = tmp_path / "shop.tf.json"
    document.write_text("{}")
    result = replace(REHEARSAL, **changes)
    monkeypatch.setattr("navra_stacks.rehearsal.runner.rehearse", lambda *_, **__: result)
    for name in ("find_terraform", "find_provider"):
        monkeypatch.setattr(f"navra_stacks.terraform.installation.{name}", lambda *_, **__: Mock())
    with pytest.raises(SystemExit) as end:
        main(["rehearse", str(document)])
    assert (end.value.code or 0) == status


@pytest.mark.parametrize(("harmless", "status"), [(True, 0), (False, 3)])
def test_an_adoption_that_must_not_be_applied_has_status_3(
    harmless: bool, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = Mock(is_harmless=harmless, why_not_planned="")
    found.inventory.return_value.resources = {}
    monkeypatch.setattr("navra_stacks.cli.discover._synthesized", Mock())
    monkeypatch.setattr("navra_stacks.cli.discover._workspace", lambda *_: (None, ""))
    monkeypatch.setattr("navra_stacks.adoption.discovery.discover", lambda *_, **__: found)
    monkeypatch.setattr("navra_stacks.adoption.report_text.text_lines", lambda _: [])
    with pytest.raises(SystemExit) as end:
        main(["discover", "staging", "--out", str(tmp_path / "inventory.json")])
    assert (end.value.code or 0) == status


def test_an_inventory_that_cannot_be_written_has_status_2(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").mkdir()
    with pytest.raises(SystemExit) as end, handle_errors():
        ImportInventory(path=tmp_path / "inventory.json").write(tmp_path / "inventory.json")
    assert end.value.code == 2


def test_a_missing_plan_has_status_2(tmp_path: Path) -> None:
    done = run(COMMAND, "guard", "absent.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("navra: absent.json ")


def test_an_output_directory_that_is_a_file_has_status_2(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    done = run(COMMAND, "synth", "staging", "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "navra: out cannot be created: File exists\n"


def test_a_default_output_directory_that_is_a_file_has_status_2(tmp_path: Path) -> None:
    """Without --out, cdktf creates the directory."""
    (tmp_path / "cdktf.out").touch()
    done = run(COMMAND, "synth", "staging", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "navra: cdktf.out/stacks cannot be written: not a directory\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["environments", "--version"])
def test_a_full_disk_of_standard_output_has_status_2(
    command: str, unbuffered: str, tmp_path: Path
) -> None:
    """The write fails in the command, or when the buffer is written out at its end."""
    done = run(COMMAND, command, cwd=tmp_path, shell=">/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "navra: the output cannot be written: No space left on device\n"


def test_a_reader_of_standard_output_that_has_ended_means_status_2(tmp_path: Path) -> None:
    done = run(COMMAND, "environments", cwd=tmp_path, shell="| true")
    assert done.returncode in (0, 2)  # 0 if the pipe took the output before its reader ended
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_typer_s_status_for_a_broken_pipe_is_replaced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    for stream in ("stdout", "stderr"):  # typer replaces both
        monkeypatch.setattr(sys, stream, getattr(sys, stream))
    monkeypatch.setattr("navra_stacks.cli.environments.load_environments", broken)
    with pytest.raises(SystemExit) as end:
        main(["environments"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "navra: the output cannot be written: Broken pipe\n"


@pytest.mark.parametrize("arguments", [["environments"], ["synth"]], ids=" ".join)
def test_an_exception_in_the_module_of_the_environments_has_status_2(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "failing.py").write_text("ENVIRONMENTS = 1 / 0\n")
    done = run(COMMAND, *arguments, "--from", "failing:ENVIRONMENTS", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "navra: failing.py:1: ZeroDivisionError: division by zero\n"


def test_an_exception_in_a_stack_class_has_status_2(tmp_path: Path) -> None:
    (tmp_path / "shop_stacks.py").write_text(
        "from navra_stacks import WebStack\n\n\nclass ShopStack(WebStack):\n"
        "    def after_services(self):\n        self.clustre\n"
    )
    stack_class = ["--stack-class", "shop_stacks:ShopStack"]
    done = run(COMMAND, "synth", "staging", *stack_class, "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "navra: shop_stacks.py:6: AttributeError: 'ShopStack' object has no attribute 'clustre'; "
        "did you mean 'cluster'?\n"
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with main.py, and with environments that are loaded after a wait."""
    (tmp_path / "waiting.py").write_text(WAITING)
    main_py = (ROOT / "main.py").read_text(encoding="utf-8")
    (tmp_path / "main.py").write_text(
        main_py.replace("write_stacks()", "write_stacks(source='waiting:ENVIRONMENTS')")
    )
    return tmp_path


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str
)
@pytest.mark.parametrize(
    "command",
    [
        [str(COMMAND), "synth", "--from", "waiting:ENVIRONMENTS"],
        [str(COMMAND), "environments", "--from", "waiting:ENVIRONMENTS"],
        [sys.executable, "main.py"],
    ],
    ids=lambda command: " ".join(command[1:]),
)
def test_a_signal_ends_a_command_and_its_child_processes_without_a_traceback(
    command: list[str], number: signal.Signals, status: int, project: Path
) -> None:
    process = subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(number)
    assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == status
    with pytest.raises(ProcessLookupError):  # node was in the group of processes
        wait_for_the_group(process.pid)


def wait_for_the_group(pid: int) -> None:
    for _ in range(50):
        os.killpg(pid, 0)
        time.sleep(0.1)


# Programs


def test_main_py_has_the_statuses_of_synth(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text((ROOT / "main.py").read_text(encoding="utf-8"))
    package = tmp_path / "environments"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import navra_stacks\nENVIRONMENTS = (navra_stacks.Environment(project='x'),)\n"
    )
    path = f"{tmp_path}{os.pathsep}{ROOT / 'lib'}"
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("navra: ")
    assert "Traceback" not in done.stderr


PROGRAM = """
import navra_stacks
{context}
    navra_stacks.synthesize([navra_stacks.Environment(project="x")])
"""
HANDLED = "from navra_stacks.cli.error_handling import handle_errors\nwith handle_errors():"


@pytest.mark.parametrize(("context", "status"), [("if True:", 1), (HANDLED, 2)])
def test_a_program_has_python_s_status_or_that_of_synth(
    context: str, status: int, tmp_path: Path
) -> None:
    (tmp_path / "program.py").write_text(PROGRAM.format(context=context))
    done = run(sys.executable, "program.py", cwd=tmp_path)
    assert done.returncode == status
    assert ("Traceback" in done.stderr) == (status == 1)
    assert "is missing" in done.stderr
