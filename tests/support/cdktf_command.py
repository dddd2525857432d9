"""Run the `cdktf` command as a team does, in a separate project, without prompts."""

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
    """Run a command with this Python and the checkout's `cdktf` first on the PATH.

    Returns:
        Its output.
    """
    path = (str(Path(sys.executable).parent), str(COMMANDS), os.environ.get("PATH", os.defpath))
    defaults = {"PATH": os.pathsep.join(path), "CI": "true", "CHECKPOINT_DISABLE": "1"}
    defaults["PYTHONPATH"] = str(ROOT / "lib")
    done = subprocess.run(
        line,
        cwd=directory,
        env=os.environ | defaults | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(line)} failed:\n{done.stdout}"
    return done.stdout


# Imports the stack first: it must find node and the fast bindings in this order too.
SYNTHESIZE = """
from navra_stacks import WebStack, synthesize
import sys
assert len(sys.modules) < 2000
import pathlib, pickle
for out, environment in pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()).items():
    for stack in synthesize([environment], out):
        print(stack.path.name)
"""


def synthesize_hcl(environments: Mapping[str, Environment], folder: Path, **environ: str) -> str:
    """Write each environment as HCL, in one process.

    Args:
        environments: The environments, by the name of their directory in `folder`.
        folder: The directory to write to.
        **environ: Environment variables of the process.

    Returns:
        The output of the process: the name of each file.
    """
    pickled = folder / "environments"
    pickled.write_bytes(pickle.dumps(dict(environments)))
    program = [sys.executable, "-c", SYNTHESIZE, str(pickled)]
    return command(program, folder, SYNTH_HCL_OUTPUT="true", **environ)
