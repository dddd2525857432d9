"""The `cdktf` command, run as a team runs it: in a project of its own, with nobody to answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMMANDS = ROOT / "node_modules" / ".bin"

Run = Callable[..., Path]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what `cdktf synth` needs, so that nothing is written into the checkout."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("main.py", "cdktf.json"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(
        ROOT / "environments", copy / "environments", ignore=shutil.ignore_patterns("__pycache__")
    )
    return copy


@pytest.fixture(scope="session")
def cdktf_synth(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `cdktf synth` with some arguments; answers the directory of the stacks."""
    if not (COMMANDS / "cdktf").exists():
        pytest.fail(f"the cdktf command is not in {COMMANDS}: `make test` installs it there")

    def run(*arguments: str) -> Path:
        out = tmp_path_factory.mktemp("cdktf") / "out"
        command(["cdktf", "synth", *arguments, "--output", str(out)], project)
        return out / "stacks"

    return run


def command(line: list[str], directory: Path, **environ: str) -> str:
    """What a command says, with this Python and the checkout's own `cdktf` first on the PATH."""
    path = (str(Path(sys.executable).parent), str(COMMANDS), os.environ.get("PATH", os.defpath))
    ours = {"PATH": os.pathsep.join(path), "CI": "true", "CHECKPOINT_DISABLE": "1"}
    ours["PYTHONPATH"] = str(ROOT / "lib")
    done = subprocess.run(
        line,
        cwd=directory,
        env=os.environ | ours | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(line)} failed:\n{done.stdout}"
    return done.stdout
