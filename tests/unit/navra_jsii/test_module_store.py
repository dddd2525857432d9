"""The archive of all modules gives the same modules as the assembly itself."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from navra_jsii import log
from navra_jsii.assemblies import store
from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.module_store import read_modules, write_modules
from navra_jsii.assemblies.parts import read_tarball, referenced_modules
from navra_jsii.assemblies.store import Store
from tests.support.cdktf_programs.provider_packages import PACKAGE

MODULES = ["lb", "sqsQueue"]


def test_modules_in_the_archive_are_those_of_the_assembly(provider: Path, tmp_path: Path) -> None:
    (tarball,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    write_modules(read_tarball(tarball, None), tmp_path / "first.zip")
    write_modules(read_tarball(tarball, None), tmp_path / "second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert read_modules(tmp_path / "first.zip", MODULES) == read_tarball(tarball, MODULES)
    with pytest.raises(UnknownLayoutError, match="noSuchModule"):
        read_modules(tmp_path / "first.zip", ["noSuchModule"])
    with pytest.raises(UnknownLayoutError, match="lacks noSuchModule"):
        read_tarball(tarball, ["noSuchModule"])


def damaged(content: bytes, damage: str) -> bytes:
    """Damage an archive, or the entry of the module `sqsQueue` in it."""
    name = b"sqsQueue"
    if damage == "compressed":
        at = content.index(name) + len(name) + 100
        return content[:at] + bytes(40) + content[at + 40 :]
    if damage == "encrypted":
        at = content.rindex(name) - 46 + 8  # bit 0 of the flags in the central directory
        return content[:at] + b"\x01" + content[at + 1 :]
    return {"empty": b"", "other": b"not an archive"}[damage]


@pytest.mark.parametrize("damage", ["empty", "other", "compressed", "encrypted"])
def test_a_damaged_archive_is_replaced_by_the_assembly(
    damage: str,
    provider: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tarball,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    tmp_path.chmod(0o700)
    archive = tmp_path / "modules.zip"
    write_modules(read_tarball(tarball, None), archive)
    archive.write_bytes(damaged(archive.read_bytes(), damage))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(store, "module_store", lambda _: tmp_path / "modules.zip")
    monkeypatch.setattr(log, "_warned", False)
    with caplog.at_level(logging.WARNING, "navra_jsii"):
        slim = Store().slim(tarball, MODULES)
    assert slim.modules == {*MODULES}
    assert f"{tarball.name} is read instead of the prepared modules" in caplog.text


def test_modules_to_which_types_refer_belong_to_an_assembly() -> None:
    types = b'"@x/p.a.A":{"type":{"fqn":"@x/p.b.B"},"other":{"fqn":"@x/q.c.C"}}'
    assert referenced_modules([types], "@x/p") == {"a", "b"}
