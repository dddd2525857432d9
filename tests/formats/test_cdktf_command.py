"""`cdktf synth`, as a team that knows CDKTF runs it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.conftest import STACKS
from tests.formats.conftest import Run, command


def test_cdktf_synth_writes_the_bytes_that_main_writes(
    cdktf_synth: Run, project: Path, tmp_path: Path
) -> None:
    command([sys.executable, "main.py"], project, CDKTF_OUTDIR=str(tmp_path))
    through_the_command = cdktf_synth()

    expected = {f"{stack}/cdk.tf.json" for stack in STACKS}
    alone = files(tmp_path / "stacks")
    assert set(alone) == expected
    assert files(through_the_command) == alone


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }
