"""Run `navra guard` in the test process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.navra_command import CommandResult, run_navra

Guard = Callable[..., CommandResult]


@pytest.fixture
def guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Guard:
    """Return a function that runs the command in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, plan: dict | bytes | None = None, **files: str) -> CommandResult:
        if plan is not None:
            written = plan if isinstance(plan, bytes) else json.dumps(plan).encode()
            (tmp_path / "plan.json").write_bytes(written)
            arguments = ("plan.json", *arguments)
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        return run_navra(capsys, "guard", *arguments)

    return run
