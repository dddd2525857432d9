"""Compiled code is cached for the next run, unless the module has changed."""

import logging
import marshal
import os
from pathlib import Path
from types import CodeType

import pytest

from navra_jsii.imports import compiled_module

CODE = compile("A = 1", "module.py", "exec")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module file, with an empty cache."""
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "module.py"
    file.write_text("A = 1\n")
    return str(file)


def write_cache(module: str, *names: str) -> Path:
    """Add pieces of a module to the cache, as one run does, and return the cache file."""
    cache = compiled_module._Cache()
    entry = cache.module(module) or cache.add(module, "a.b")
    for name in names:
        entry.add(name, marshal.dumps(CODE))
    cache._write()
    return compiled_module._file()


def cached_code(module: str, name: str) -> CodeType | None:
    """The code of a piece, as the next run reads it."""
    cache = compiled_module._Cache()
    entry = cache.module(module)
    return None if entry is None else cache.code(entry, name, module)


def test_the_next_run_reads_the_cached_pieces(module: str) -> None:
    write_cache(module, "A", "B")
    assert cached_code(module, "A") == cached_code(module, "B") == CODE
    assert cached_code(module, "C") is None
    entry = compiled_module._Cache().module(module)
    assert entry is not None
    assert entry.prefix == "a.b"


def test_a_second_run_adds_pieces(module: str) -> None:
    write_cache(module, "A")
    write_cache(module, "B")
    assert cached_code(module, "A") == cached_code(module, "B") == CODE


def test_a_run_that_adds_nothing_writes_nothing(module: str) -> None:
    file = write_cache(module, "A")
    before = file.stat().st_ino
    write_cache(module)
    assert file.stat().st_ino == before


def test_missing_names_of_a_module_are_cached_too(module: str) -> None:
    cache = compiled_module._Cache()
    cache.add(module, "a.b").lacks("testing")
    cache._write()
    entry = compiled_module._Cache().module(module)
    assert entry is not None
    assert entry.absent == {"testing"}


def test_the_code_of_a_changed_module_is_not_used(module: str) -> None:
    write_cache(module, "A")
    Path(module).write_text("A = 1000\n")
    assert cached_code(module, "A") is None


@pytest.mark.parametrize("position", ["start", "index", "end"])
def test_a_damaged_file_is_logged_and_not_used(
    position: str, module: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("navra_jsii.log._warned", False)
    file = write_cache(module, "A")
    content = bytearray(file.read_bytes())
    content[{"start": 0, "index": -40, "end": -1}[position]] ^= 255
    file.write_bytes(content)
    assert cached_code(module, "A") is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "damaged" in caplog.text


def test_a_file_with_a_damaged_piece_is_written_again(module: str) -> None:
    file = write_cache(module, "A", "B")
    content = file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])  # the first byte of A
    write_cache(module, "C")
    assert cached_code(module, "A") is None
    assert cached_code(module, "B") == cached_code(module, "C") == CODE


@pytest.mark.parametrize("size", [0, 1, 19, 100])
def test_a_truncated_file_is_not_used(
    size: int, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navra_jsii.log._warned", True)
    file = write_cache(module, "A")
    file.write_bytes(file.read_bytes()[:size])
    assert cached_code(module, "A") is None


def test_a_file_that_other_users_can_read_is_not_used(module: str) -> None:
    write_cache(module, "A").chmod(0o644)
    assert cached_code(module, "A") is None


def test_above_the_size_limit_only_modules_in_use_are_written(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cache(module, "A")
    other = Path(module).with_name("other.py")
    other.write_text("B = 1\n")
    monkeypatch.setattr(compiled_module, "BYTES_AT_MOST", 10)
    write_cache(str(other), "B")
    assert cached_code(module, "A") is None
    assert cached_code(str(other), "B") == CODE


def test_a_file_that_was_not_used_for_a_month_is_removed(module: str) -> None:
    file = write_cache(module, "A")
    old = file.with_name("python-0123456789abcdef.bin")
    for path in (old, file):
        path.touch(mode=0o600)
        os.utime(path, (0, 0))
    assert cached_code(module, "A") == CODE
    write_cache(module, "B")
    assert not old.exists()
    assert cached_code(module, "A") == CODE
