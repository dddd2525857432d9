"""The installed `navra` command, and a run of it in the test process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from navra_stacks.cli.app import main

COMMAND = Path(sys.executable).with_name("navra")


class CommandResult(NamedTuple):
    status: int
    out: str
    err: str


def run_navra(capsys: pytest.CaptureFixture[str], *arguments: str) -> CommandResult:
    """Run the command in the test process."""
    status: str | int | None = 0
    try:
        main(arguments)
    except SystemExit as end:
        status = end.code
    return CommandResult(int(status or 0), *capsys.readouterr())
