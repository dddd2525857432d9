"""A postponed module runs when one of its attributes is first used."""

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
    message = str(error)
later = True
"""


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A postponed package, with a function that may be imported by name."""
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


def assign(late: ModuleType) -> None:
    late.known = 2
    assert (late.known, late.later) == (2, True)


def delete(late: ModuleType) -> None:
    del late.known
    assert not hasattr(late, "known")


@pytest.mark.parametrize("use", [read, call, assign, delete])
def test_a_postponed_module_runs_on_first_use(
    use: Callable[[ModuleType], None], late: ModuleType
) -> None:
    assert not has_run()
    use(late)
    assert late.ran == 1
    assert type(late) is ModuleType
    assert late.message == "partially run module 'late' has no attribute 'later'"
    assert late.inner is sys.modules["late.inner"]


def test_importing_the_module_and_its_function_does_not_run_it(late: ModuleType) -> None:
    from late import answer  # type: ignore[import-not-found]

    assert not has_run()
    assert answer(2) == 44
    assert late.answer is not answer


def test_the_function_may_be_patched_before_the_module_has_run(late: ModuleType) -> None:
    with patch("late.answer", return_value=7):
        assert late.answer() == 7
        assert late.known == 1
        assert late.answer() == 7
    assert late.answer() == 42


def test_other_threads_wait_until_the_module_has_run(late: ModuleType) -> None:
    values: list[object] = []
    barrier = threading.Barrier(4)

    def read_last_attribute() -> None:
        barrier.wait()
        values.append(late.later)

    threads = [threading.Thread(target=read_last_attribute) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values == [True] * 4
    assert late.ran == 1


def test_a_postponed_submodule_is_an_attribute_of_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "outer").mkdir()
    (tmp_path / "outer/__init__.py").write_text("")
    (tmp_path / "outer/late.py").write_text("known = 1")
    postpone("outer.late")
    outer = import_module("outer")
    assert outer.late is sys.modules["outer.late"]
    assert outer.late.known == 1
    for name in ("outer", "outer.late"):
        del sys.modules[name]


def test_a_module_that_fails_raises_its_error_at_every_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "failing.py").write_text("raise ValueError('no')")
    postpone("failing")
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            _ = sys.modules["failing"].known
    del sys.modules["failing"]


def test_a_module_that_is_imported_or_missing_is_not_postponed() -> None:
    before = sys.modules["json"]
    postpone("json")
    postpone("a_missing_module")
    assert sys.modules["json"] is before
    assert "a_missing_module" not in sys.modules
