"""Prepared files are used only for the files from which they were built."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from navra_jsii import log, prepared
from navra_jsii.assemblies import store
from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.module_store import read_modules, write_modules
from navra_jsii.assemblies.parts import read_tarball, referenced_modules
from navra_jsii.assemblies.store import Store
from tests.support.cdktf_programs.provider_packages import PACKAGE

RECORD = "sha256=abc,3"
MODULES = ["lb", "sqsQueue"]


@pytest.fixture(autouse=True)
def without_results_of_other_tests() -> Iterator[None]:
    """`prepared` caches what it reads, since the files do not change while a program runs."""
    for function in (prepared.described, prepared.verified_files):
        function.cache_clear()
    yield
    for function in (prepared.described, prepared.verified_files):
        function.cache_clear()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of installed packages, and a description of prepared files for one of them."""
    package = tmp_path / "site/sample"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    description = {"format": prepared.FORMAT, "files": {"sample": {"sample/__init__.py": RECORD}}}
    (tmp_path / prepared.DESCRIPTION).write_text(json.dumps(description))
    monkeypatch.setattr(prepared, "DIRECTORY", tmp_path)
    monkeypatch.syspath_prepend(str(package.parent))
    return package.parent


def record(site: Path, version: str, *lines: str) -> None:
    directory = site / f"sample-{version}.dist-info"
    directory.mkdir()
    (directory / "RECORD").write_text("".join(f"{line}\n" for line in lines))


def test_an_unchanged_file_is_verified(site: Path) -> None:
    record(site, "1.0", f"sample/__init__.py,{RECORD}", "sample/other.py,sha256=def,1")
    assert prepared.verified_files("sample") == {"sample/__init__.py": site / "sample/__init__.py"}


@pytest.mark.parametrize(
    "records",
    [
        {},
        {"1.0": ["sample/__init__.py,sha256=other,3"]},
        {"1.0": ["sample/other.py,sha256=abc,3"]},
        {"1.0": [f"sample/__init__.py,{RECORD}"], "2.0": [f"sample/__init__.py,{RECORD}"]},
    ],
    ids=["no RECORD", "another version", "no such file", "installed twice"],
)
def test_any_other_file_is_not_verified(site: Path, records: dict[str, list[str]]) -> None:
    for version, lines in records.items():
        record(site, version, *lines)
    assert prepared.verified_files("sample") == {}


def test_a_package_that_is_not_installed_is_not_verified(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [])
    assert prepared.verified_files("sample") == {}


def test_a_description_of_another_format_is_not_used(site: Path) -> None:
    (site.parent / prepared.DESCRIPTION).write_text('{"format": 0}')
    assert prepared.described() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": null}'])
def test_a_damaged_description_is_not_used(site: Path, text: str) -> None:
    (site.parent / prepared.DESCRIPTION).write_text(text)
    assert prepared.described() == {}


def test_modules_in_the_archive_are_those_of_the_assembly(provider: Path, tmp_path: Path) -> None:
    (tarball,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    write_modules(read_tarball(tarball, None), tmp_path / "first.zip")
    write_modules(read_tarball(tarball, None), tmp_path / "second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert read_modules(tmp_path / "first.zip", MODULES) == read_tarball(tarball, MODULES)
    with pytest.raises(KeyError):
        read_modules(tmp_path / "first.zip", ["noSuchModule"])
    with pytest.raises(UnknownLayoutError, match="lacks noSuchModule"):
        read_tarball(tarball, ["noSuchModule"])


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_a_damaged_archive_is_replaced_by_the_assembly(
    content: bytes,
    provider: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tarball,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    tmp_path.chmod(0o700)
    (tmp_path / "modules.zip").write_bytes(content)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(store, "module_store", lambda _: tmp_path / "modules.zip")
    monkeypatch.setattr(log, "_warned", False)
    with caplog.at_level(logging.WARNING, "navra_jsii"):
        slim = Store().slim(tarball, MODULES)
    assert slim.modules == {*MODULES}
    assert f"{tarball.name} is read instead of the prepared modules" in caplog.text


def test_modules_to_which_types_refer_belong_to_an_assembly() -> None:
    types = {"a": {"@x/p.a.A": {"type": {"fqn": "@x/p.b.B"}, "other": {"fqn": "@x/q.c.C"}}}}
    assert referenced_modules(types, "@x/p") == {"a", "b"}
