"""The `cdktf` command, run as a team runs it: in a project of its own, with nobody to answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

COMMANDS = ROOT / "node_modules" / ".bin"


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
