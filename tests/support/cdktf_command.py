"""The `cdktf` command, run as a team runs it: in a project of its own, with nobody to answer."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from navra_stacks import Environment
from tests.support.repository import ROOT

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


# The stack is imported first, which must find node and quick bindings too.
SYNTHESIZE = """
from navra_stacks import WebStack, synthesize
import sys
assert len(sys.modules) < 2000
import pathlib, pickle
for out, environment in pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()).items():
    (one,) = synthesize([environment], out)
    print(one.path.name)
"""


def written_as_hcl(environments: Mapping[str, Environment], folder: Path, **environ: str) -> str:
    """Has one process write each environment as HCL, below the directory of its name in `folder`.

    Answers what that said: each file's name.
    """
    given = folder / "environments"
    given.write_bytes(pickle.dumps(dict(environments)))
    program = [sys.executable, "-c", SYNTHESIZE, str(given)]
    return command(program, folder, SYNTH_HCL_OUTPUT="true", **environ)
