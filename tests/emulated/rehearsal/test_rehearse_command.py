"""The `navra rehearse` command: user errors, signals, and its child processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any, Self

import pytest

from navra_stacks.cli.app import main
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.navra_command import COMMAND
from tests.support.processes import descendants, has_ended
from tests.support.rehearsed_document import document_with

LOGS = document_with("aws_cloudwatch_log_group", name="/one") | {
    "variable": {"team": {"type": "string"}}
}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "logs.tf.json"
    path.write_text(json.dumps(LOGS))
    return path


class CommandProcess:
    """The command in a separate process, which can be interrupted."""

    def __init__(self, mirror: Path, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [COMMAND, "rehearse", *map(str, arguments), "--provider-mirror", str(mirror)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.descendants: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()  # does nothing if it has ended
        self.process.communicate()

    def wait_for(self, text: str) -> None:
        """Wait for a line of progress, and record the child processes."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if text in line:
                self.descendants = set(descendants(self.process.pid))
                return
        pytest.fail(f"the command did not print {text!r}")

    def interrupt(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal, and return the exit status and the output."""
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out


@pytest.fixture
def mirror(installed: tuple[Terraform, Provider]) -> Path:
    found = installed[1].mirror
    assert found is not None
    return found


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's list of processes")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str
)
def test_a_signal_stops_the_command_and_its_child_processes(
    mirror: Path, document: Path, number: signal.Signals, status: int
) -> None:
    with CommandProcess(mirror, document) as command:
        command.wait_for("validate ...")
        assert len(command.descendants) >= 1
        assert command.interrupt(number)[0] == status
        assert all(map(has_ended, command.descendants))


def test_with_keep_the_emulator_runs_until_ctrl_c(mirror: Path, document: Path) -> None:
    with CommandProcess(mirror, document, "--keep", "--json", "--var", "team=shop") as command:
        command.wait_for("export AWS_ENDPOINT_URL=")
        command.wait_for("state: ")
        status, out = command.interrupt(signal.SIGINT)
        assert status == 0
        result: dict[str, Any] = json.loads(out)
        assert result["passed"] is True
        assert result["is_complete"] is False
        assert (result["stack"], result["resources"]) == ("logs", 1)
        assert result["placeholder_values"] == {}
        assert all(map(has_ended, command.descendants))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.json"], "nowhere.json cannot be read"),
        (["logs.tf.json", "--interrupt", "sigquit"], "use one of sigint, sigkill, throttle"),
        (["logs.tf.json", "--var", "team"], "an option --var is not of the form NAME=VALUE"),
        (["logs.tf.json", "--var", "tea=m"], "no variable 'tea'; its variables: team"),
        (["logs.tf.json", "--provider-mirror", "none"], "none has no AWS provider"),
    ],
)
def test_a_user_error_exits_with_status_2_and_a_message(
    document: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    installed: tuple[Terraform, Provider],
    arguments: list[str],
    message: str,
) -> None:
    assert installed[1].mirror is not None
    monkeypatch.chdir(document.parent)
    monkeypatch.setenv("NAVRA_PROVIDER_MIRROR", os.fspath(installed[1].mirror))
    with pytest.raises(SystemExit) as exit_:
        main(["rehearse", *arguments])
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err
