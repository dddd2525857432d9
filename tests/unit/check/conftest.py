"""The documents in which misconfigurations are found, and the `navra check` command."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.navra_command import CommandResult, run_navra
from tests.support.synthesized import Build, Built
from tests.unit.check.applications import hardened_shop

Documents = Mapping[str, Mapping[str, Any]]
Check = Callable[..., CommandResult]


@pytest.fixture(scope="session")
def applications(documents: Mapping[str, Built], build: Build) -> Documents:
    """The documents of AEP production, of its state bucket, and of another application."""
    return {
        "aep": documents["aep-prod"].content,
        "state": documents["aep-prod-state"].content,
        "shop": build(hardened_shop()).content,
    }


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Return a function that runs the command in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CDKTF_OUTDIR", raising=False)

    def run(*arguments: str, **files: object) -> CommandResult:
        for name, content in files.items():
            path = tmp_path / (f"{name}.tf.json" if isinstance(content, dict) else f"{name}.toml")
            path.write_text(json.dumps(content) if isinstance(content, dict) else str(content))
        return run_navra(capsys, "check", *arguments)

    return run
