"""The progress of a deployment on a terminal and in a log."""

from __future__ import annotations

import io
import sys

import pytest

from navra_stacks.cli.deployment_progress import DeploymentProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def play() -> None:
    with DeploymentProgress() as progress:
        progress.update("web", "in progress, 1:05 min of at most 9:20 min")
        progress.line("web: in progress")
        progress.update("web", "")
        progress.line("web: success\x1b[2Jful")


def test_a_log_has_each_line_and_no_states(capsys: pytest.CaptureFixture[str]) -> None:
    play()
    assert capsys.readouterr().err == "web: in progress\nweb: success\\x1b[2Jful\n"


def test_a_terminal_shows_the_state_below_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    play()
    output = terminal.getvalue()
    assert "web: in progress, 1:05 min of at most 9:20 min" in output
    assert "web: in progress\n" in output
    assert "\\x1b[2Jful" in output  # escaped, so it cannot clear the terminal
    assert output.rindex("9:20 min") < output.index("ful\n")
