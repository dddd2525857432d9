"""When the modules of a slim assembly run."""

import io
import re
import tarfile
from pathlib import Path

import pytest

from navra_stacks.bindings import slim
from tests.bindings.providers import PACKAGE, real
from tests.bindings.small import MODULES


def index(provider: Path) -> str:
    (tarball,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    with tarfile.open(fileobj=io.BytesIO(slim.slim_assembly(tarball, MODULES))) as packed:
        file = packed.extractfile("package/lib/index.js")
        assert file is not None
        return file.read().decode()


def test_the_real_assembly_is_cut_down_to_what_an_assembly_of_these_modules_is(
    used_provider: Path, provider: Path
) -> None:
    """The other one was made in another way, and of what lies in it nothing was changed."""
    whole, used, small = (
        next((package / "_jsii").glob("*.tgz"))
        for package in (real(), used_provider / PACKAGE, provider / PACKAGE)
    )
    with tarfile.open(used) as packed:
        folders = {Path(name).parent.name for name in packed.getnames()} - {"lib", "package"}
    modules = {re.sub(r"-(\w)", lambda found: found[1].upper(), one) for one in folders}
    assert len(modules) > 60
    cut = slim.slim_assembly(whole, modules)
    assert cut == slim.slim_assembly(used, modules)
    assert slim.slim_assembly(used, MODULES) == slim.slim_assembly(small, MODULES)


def test_few_modules_run_at_once(provider: Path) -> None:
    assert 'exports.lbTargetGroup = require("./lb-target-group");\n' in index(provider)


def test_many_modules_run_when_they_are_used(
    provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slim, "AT_ONCE", len(MODULES) - 1)
    assert "exports." not in index(provider)
    assert 'get: function () { return require("./lb-target-group"); }' in index(provider)
