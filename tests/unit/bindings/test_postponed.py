"""A postponed module is the module once something of it is wanted."""

import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

from navra_stacks.bindings.postponed import postpone

TEXT = """
import sys
ran = getattr(sys, "_late_ran", 0) + 1
sys._late_ran = ran
known = 1
def answer(add=0):
    return 42 + add
import late.inner
itself = sys.modules[__name__]
try:
    itself.later
except AttributeError as error:
    told = str(error)
later = True
"""


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Postponed, with a function that may be imported by name."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "late").mkdir()
    (tmp_path / "late/__init__.py").write_text(TEXT)
    (tmp_path / "late/inner.py").write_text("")
    postpone("late", ["answer"])
    yield import_module("late")
    for name in ("late", "late.inner"):
        sys.modules.pop(name, None)
    vars(sys).pop("_late_ran", None)


def has_run() -> bool:
    return hasattr(sys, "_late_ran")


def read(late: ModuleType) -> None:
    assert late.known == 1


def call(late: ModuleType) -> None:
    assert late.answer(1) == 43


def put(late: ModuleType) -> None:
    late.known = 2
    assert (late.known, late.later) == (2, True)


def delete(late: ModuleType) -> None:
    del late.known
    assert not hasattr(late, "known")


@pytest.mark.parametrize("use", [read, call, put, delete])
def test_it_runs_when_it_is_used(use: Callable[[ModuleType], None], late: ModuleType) -> None:
    assert not has_run()
    use(late)
    assert late.ran == 1
    assert type(late) is ModuleType
    assert late.told == "partially run module 'late' has no attribute 'later'"
    assert late.inner is sys.modules["late.inner"]


def test_to_import_it_and_its_function_runs_nothing(late: ModuleType) -> None:
    from late import answer  # type: ignore[import-not-found]

    assert not has_run()
    assert answer(2) == 44
    assert late.answer is not answer


def test_its_function_may_be_patched_before_it_has_run(late: ModuleType) -> None:
    with patch("late.answer", return_value=7):
        assert late.answer() == 7
        assert late.known == 1
        assert late.answer() == 7
    assert late.answer() == 42


def test_other_threads_wait_until_it_has_run(late: ModuleType) -> None:
    seen: list[object] = []
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        seen.append(late.later)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 4
    assert late.ran == 1


def test_a_submodule_lies_in_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "around").mkdir()
    (tmp_path / "around/__init__.py").write_text("")
    (tmp_path / "around/late.py").write_text("known = 1")
    postpone("around.late")
    around = import_module("around")
    assert around.late is sys.modules["around.late"]
    assert around.late.known == 1
    for name in ("around", "around.late"):
        del sys.modules[name]


def test_what_fails_as_it_runs_fails_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "failing.py").write_text("raise ValueError('no')")
    postpone("failing")
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            _ = sys.modules["failing"].known
    del sys.modules["failing"]


def test_one_that_is_there_or_is_nowhere_is_left_alone() -> None:
    before = sys.modules["json"]
    postpone("json")
    postpone("no_such_module_at_all")
    assert sys.modules["json"] is before
    assert "no_such_module_at_all" not in sys.modules
