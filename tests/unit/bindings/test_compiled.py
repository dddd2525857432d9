"""What one run compiled, the next one finds, as long as it stands."""

import logging
import marshal
import os
from pathlib import Path
from types import CodeType

import pytest

from navra_stacks.bindings import compiled

CODE = compile("A = 1", "module.py", "exec")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of which there is something to note, and a cache of its own to note it in."""
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "module.py"
    file.write_text("A = 1\n")
    return str(file)


def noted(module: str, *names: str) -> Path:
    """Note some pieces of a module in the file, which is returned."""
    cache = compiled._Cache()
    one = cache.module(module) or cache.add(module, "a.b")
    for name in names:
        one.add(name, marshal.dumps(CODE))
    cache._write()
    return compiled._file()


def found(module: str, name: str) -> CodeType | None:
    cache = compiled._Cache()
    one = cache.module(module)
    return None if one is None else cache.code(one, name)


def test_what_was_noted_is_found(module: str) -> None:
    noted(module, "A", "B")
    assert found(module, "A") == found(module, "B") == CODE
    assert found(module, "C") is None
    known = compiled._Cache().module(module)
    assert known is not None
    assert known.prefix == "a.b"


def test_another_run_adds_to_it(module: str) -> None:
    noted(module, "A")
    noted(module, "B")
    assert found(module, "A") == found(module, "B") == CODE


def test_a_run_that_adds_nothing_writes_nothing(module: str) -> None:
    file = noted(module, "A")
    before = file.stat().st_ino
    noted(module)
    assert file.stat().st_ino == before


def test_what_a_module_lacks_is_noted_too(module: str) -> None:
    cache = compiled._Cache()
    cache.add(module, "a.b").lacks("testing")
    cache._write()
    known = compiled._Cache().module(module)
    assert known is not None
    assert known.absent == {"testing"}


def test_a_changed_module_is_not_known(module: str) -> None:
    noted(module, "A")
    Path(module).write_text("A = 1000\n")
    assert found(module, "A") is None


@pytest.mark.parametrize("at", ["start", "index", "end"])
def test_a_damaged_file_is_told_and_not_believed(
    at: str, module: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("navra_stacks.bindings.store._warned", False)
    file = noted(module, "A")
    content = bytearray(file.read_bytes())
    content[{"start": 0, "index": -40, "end": -1}[at]] ^= 255
    file.write_bytes(content)
    assert found(module, "A") is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "damaged" in caplog.text


@pytest.mark.parametrize("size", [0, 1, 19, 100])
def test_a_file_that_was_cut_is_not_believed(
    size: int, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navra_stacks.bindings.store._warned", True)
    file = noted(module, "A")
    file.write_bytes(file.read_bytes()[:size])
    assert found(module, "A") is None


def test_a_file_that_others_can_read_is_not_read(module: str) -> None:
    noted(module, "A").chmod(0o644)
    assert found(module, "A") is None


def test_what_grows_too_large_starts_anew(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    noted(module, "A")
    other = Path(module).with_name("other.py")
    other.write_text("B = 1\n")
    monkeypatch.setattr(compiled, "BYTES_AT_MOST", 10)
    noted(str(other), "B")
    assert found(module, "A") is None
    assert found(str(other), "B") == CODE


def test_what_no_run_has_used_for_a_month_goes(module: str) -> None:
    file = noted(module, "A")
    old = file.with_name("python-0123456789abcdef.bin")
    for path in (old, file):
        path.touch(mode=0o600)
        os.utime(path, (0, 0))
    assert found(module, "A") == CODE
    noted(module, "B")
    assert not old.exists()
    assert found(module, "A") == CODE
