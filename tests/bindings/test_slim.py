"""When the modules of a slim assembly run."""

import io
import tarfile
from pathlib import Path

import pytest

from navra_stacks.bindings import slim
from tests.bindings.small import MODULES, PACKAGE


def index(provider: Path) -> str:
    (tarball,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    with tarfile.open(fileobj=io.BytesIO(slim.slim_assembly(tarball, MODULES))) as packed:
        file = packed.extractfile("package/lib/index.js")
        assert file is not None
        return file.read().decode()


def test_few_modules_run_at_once(provider: Path) -> None:
    assert 'exports.lbTargetGroup = require("./lb-target-group");\n' in index(provider)


def test_many_modules_run_when_they_are_used(
    provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slim, "AT_ONCE", len(MODULES) - 1)
    assert "exports." not in index(provider)
    assert 'get: function () { return require("./lb-target-group"); }' in index(provider)
