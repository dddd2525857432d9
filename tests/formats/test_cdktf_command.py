"""`cdktf synth`, as a team that knows CDKTF runs it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Built
from tests.formats.conftest import Run


def test_cdktf_synth_writes_the_bytes_that_main_writes(
    cdktf_synth: Run, documents: Mapping[str, Built]
) -> None:
    """Which are those of `documents`, as tests/test_synthesis.py proves."""
    assert files(cdktf_synth()) == {
        f"{stack}/cdk.tf.json": built.text.encode() for stack, built in documents.items()
    }


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }
