"""A slim assembly is independent of the other modules, and decides when its modules run."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from navra_jsii.assemblies import slim
from navra_jsii.assemblies.parts import read_tarball
from tests.support.cdktf_programs.provider_packages import PACKAGE, SLIM, assembly, exported, used
from tests.support.cdktf_programs.sample_program import MODULES


def index(provider: Path) -> str:
    """The text of the main module of a slim assembly."""
    content = slim.slim_assembly(read_tarball(assembly(provider / PACKAGE), MODULES))
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        file = packed.extractfile("package/files.json")
        assert file is not None
        text: str = json.load(file)["lib/index.js"]
        return text


def test_the_test_providers_give_the_same_slim_assemblies_as_the_real_provider(
    used_provider: Path, provider: Path
) -> None:
    """`SLIM` was built from the larger provider, which is the real one or contains the modules."""
    modules = exported(used())
    assert len(modules) > 60
    from_real_provider = (used_provider / SLIM).read_bytes()
    assert from_real_provider == slim.slim_assembly(
        read_tarball(assembly(used_provider / PACKAGE), modules)
    )
    from_used_provider = (provider / SLIM).read_bytes()
    assert from_used_provider == slim.slim_assembly(
        read_tarball(assembly(provider / PACKAGE), MODULES)
    )


def test_few_modules_run_when_the_assembly_is_loaded(provider: Path) -> None:
    assert 'exports.lbTargetGroup = require("./lb-target-group");\n' in index(provider)


def test_many_modules_run_on_first_use(provider: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slim, "EAGER_AT_MOST", len(MODULES) - 1)
    assert "exports." not in index(provider)
    assert 'get: function () { return require("./lb-target-group"); }' in index(provider)
