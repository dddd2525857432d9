"""`navra rehearse` as it is typed: its mistakes, its Ctrl-C, and that nothing outlives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.cli.app import main
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.navra_command import COMMAND
from tests.support.processes import gone
from tests.support.rehearsed_document import of

LOGS = of("aws_cloudwatch_log_group", name="/one") | {"variable": {"team": {"type": "string"}}}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "logs.tf.json"
    path.write_text(json.dumps(LOGS))
    return path


class Typed:
    """The command in a process of its own, which can be interrupted."""

    def __init__(self, mirror: Path, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [COMMAND, "rehearse", *map(str, arguments), "--provider-mirror", str(mirror)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.descendants: set[int] = set()

    def until(self, word: str) -> None:
        """Wait for a line of progress, and remember who runs by then."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if word in line:
                self.descendants = set(descendants(self.process.pid))
                return
        pytest.fail(f"it never said {word!r}")

    def interrupted(self, number: signal.Signals) -> tuple[int, str]:
        """Its exit status and its output."""
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out


def descendants(pid: int) -> Iterator[int]:
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield child
            yield from descendants(child)


@pytest.fixture
def mirror(at_hand: tuple[Terraform, Provider]) -> Path:
    found = at_hand[1].mirror
    assert found is not None
    return found


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's list of processes")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=lambda one: str(one)
)
def test_whoever_stops_it_stops_all_that_it_started(
    mirror: Path, document: Path, number: signal.Signals, status: int
) -> None:
    typed = Typed(mirror, document)
    typed.until("validate ...")
    assert len(typed.descendants) >= 1
    assert typed.interrupted(number)[0] == status
    assert all(map(gone, typed.descendants))


def test_what_is_kept_stays_until_ctrl_c_and_then_is_told(mirror: Path, document: Path) -> None:
    typed = Typed(mirror, document, "--keep", "--json", "--var", "team=shop")
    typed.until("export AWS_ENDPOINT_URL=")
    typed.until("state: ")
    status, out = typed.interrupted(signal.SIGINT)
    assert status == 0
    result: dict[str, Any] = json.loads(out)
    assert result["as_promised"] is True
    assert result["is_whole"] is False
    assert (result["stack"], result["resources"], result["stand_ins"]) == ("logs", 1, {})
    assert all(map(gone, typed.descendants))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.json"], "nowhere.json cannot be read"),
        (["logs.tf.json", "--interrupt", "sigquit"], "it is one of sigint, sigkill, throttle"),
        (["logs.tf.json", "--var", "team"], "--var team: write it as NAME=VALUE"),
        (["logs.tf.json", "--var", "tea=m"], "no variable 'tea'; there are: team"),
        (["logs.tf.json", "--provider-mirror", "none"], "none holds no AWS provider"),
    ],
)
def test_a_mistake_ends_with_status_2_and_says_what_is_wrong(
    document: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at_hand: tuple[Terraform, Provider],
    arguments: list[str],
    told: str,
) -> None:
    assert at_hand[1].mirror is not None
    monkeypatch.chdir(document.parent)
    monkeypatch.setenv("NAVRA_PROVIDER_MIRROR", os.fspath(at_hand[1].mirror))
    with pytest.raises(SystemExit) as end:
        main(["rehearse", *arguments])
    assert end.value.code == 2
    assert told in capsys.readouterr().err
