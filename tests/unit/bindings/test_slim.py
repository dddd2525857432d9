"""When the modules of a slim assembly run."""

import io
import tarfile
from pathlib import Path

import pytest

from navra_stacks.bindings import slim
from tests.support.bindings.provider_packages import PACKAGE, SLIM, assembly, exported, used
from tests.support.bindings.sample_program import MODULES


def index(provider: Path) -> str:
    cut = slim.slim_assembly(assembly(provider / PACKAGE), MODULES)
    with tarfile.open(fileobj=io.BytesIO(cut)) as packed:
        file = packed.extractfile("package/lib/index.js")
        assert file is not None
        return file.read().decode()


def test_the_real_assembly_is_cut_down_to_what_one_of_these_modules_is(
    used_provider: Path, provider: Path
) -> None:
    """The other was made in another way, and what lies in it is the real one's to the letter."""
    modules = exported(used())
    assert len(modules) > 60
    real = (used_provider / SLIM).read_bytes()
    assert real == slim.slim_assembly(assembly(used_provider / PACKAGE), modules)
    few = (provider / SLIM).read_bytes()
    assert few == slim.slim_assembly(assembly(provider / PACKAGE), MODULES)


def test_few_modules_run_at_once(provider: Path) -> None:
    assert 'exports.lbTargetGroup = require("./lb-target-group");\n' in index(provider)


def test_many_modules_run_when_they_are_used(
    provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slim, "AT_ONCE", len(MODULES) - 1)
    assert "exports." not in index(provider)
    assert 'get: function () { return require("./lb-target-group"); }' in index(provider)
