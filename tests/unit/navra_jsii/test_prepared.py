"""The prepared files are used only for installed files that are as they were at the build."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from navra_jsii import log as log_module, prepared
from navra_jsii.prepared import described, verified_files

FILE = "prepared_example/__init__.py"
RECORD = "sha256=abc,6"


@pytest.fixture
def description(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The description of files that were prepared for a package of one file."""
    monkeypatch.setattr(prepared, "DIRECTORY", tmp_path)
    monkeypatch.setattr(log_module, "_warned", False)
    described.cache_clear()
    verified_files.cache_clear()
    file = tmp_path / "description.json"
    text = {"format": prepared.FORMAT, "files": {"prepared_example": {FILE: RECORD}}}
    file.write_text(json.dumps(text))
    return file


@pytest.fixture
def installed(description: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the installed package."""
    site = tmp_path / "site"
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    for path, text in (
        (FILE, "A = 1\n"),
        ("prepared_example-1.0.dist-info/RECORD", f"{FILE},{RECORD}\n"),
    ):
        (site / path).parent.mkdir(parents=True)
        (site / path).write_text(text)
    return site / FILE


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    described.cache_clear()
    verified_files.cache_clear()


def test_an_installed_file_is_verified(installed: Path) -> None:
    assert verified_files("prepared_example") == {FILE: installed}


def test_a_file_of_another_size_is_not_verified(installed: Path) -> None:
    times = installed.stat()
    installed.write_text("A = 10\n")
    os.utime(installed, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not verified_files("prepared_example")


def test_a_file_that_was_edited_after_the_installation_is_not_verified(installed: Path) -> None:
    later = installed.stat().st_mtime + 10
    installed.write_text("A = 2\n")
    os.utime(installed, (later, later))
    assert not verified_files("prepared_example")


def test_a_file_with_another_record_is_not_verified(installed: Path, tmp_path: Path) -> None:
    (record,) = tmp_path.glob("site/*.dist-info/RECORD")
    record.write_text(f"{FILE},sha256=def,6\n")
    assert not verified_files("prepared_example")


@pytest.mark.parametrize("versions", [[], ["1.0", "2.0"]], ids=["none", "two"])
def test_a_file_without_one_record_is_not_verified(
    versions: list[str], installed: Path, tmp_path: Path
) -> None:
    (record,) = tmp_path.glob("site/*.dist-info/RECORD")
    text = record.read_text()
    record.unlink()
    for version in versions:
        folder = tmp_path / f"site/prepared_example-{version}.dist-info"
        folder.mkdir(exist_ok=True)
        (folder / "RECORD").write_text(text)
    assert not verified_files("prepared_example")


@pytest.mark.parametrize("content", [b"", b'{"format": 1', b"\xff\x00", b"[]", b"{}"])
def test_a_damaged_description_is_not_used(content: bytes, description: Path) -> None:
    description.write_bytes(content)
    assert described() == {}


def test_a_damaged_description_is_logged_once(
    description: Path, caplog: pytest.LogCaptureFixture
) -> None:
    description.write_bytes(b"{")
    described()
    described()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.messages[0].startswith("the prepared files are not used: ")
