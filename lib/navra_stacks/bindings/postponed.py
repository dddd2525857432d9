"""What jsii imports and a program seldom needs."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

__all__ = ["mocks_left_out", "postpone"]


class _Postponed(ModuleType):
    def __getattr__(self, name: str) -> Any:
        _run(self)
        return getattr(self, name)


_lock = threading.RLock()


def _run(module: ModuleType) -> None:
    with _lock:
        if module.__class__ is not _Postponed:
            return
        module.__class__ = ModuleType  # type: ignore[assignment]
        assert module.__spec__ is not None
        assert module.__spec__.loader is not None
        try:
            module.__spec__.loader.exec_module(module)
        except BaseException:
            module.__class__ = _Postponed
            raise


def postpone(name: str, functions: Sequence[str] = ()) -> None:
    """Have a module run when something of it is first asked for.

    That is what ``importlib.util.LazyLoader`` is for, but an ``import`` asks it for something.

    Args:
        name: The module's.
        functions: Those that are imported by name, and called by few who do.
    """
    spec = find_spec(name) if name not in sys.modules else None
    if spec is None or spec.loader is None:
        return
    module = sys.modules[name] = module_from_spec(spec)
    module.__class__ = _Postponed
    vars(module).update((function, _later(module, function)) for function in functions)
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)


def _later(module: ModuleType, name: str) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        _run(module)
        return vars(module)[name](*given, **named)

    return call


class _AnyMock(type):
    def __instancecheck__(cls, value: Any) -> bool:
        loaded = sys.modules.get(_MOCKS)
        return loaded is not None and isinstance(value, loaded.Mock)


class _Mock(metaclass=_AnyMock):
    """Stands for ``unittest.mock.Mock``, of which there is no instance until that is imported."""


_MOCKS = "unittest.mock"
_WITHOUT_MOCKS = {"MainThread", "process.stderr_sink"}


@contextmanager
def mocks_left_out() -> Iterator[None]:
    """Import ``Mock`` for ``isinstance`` alone, without its module, which brings all of asyncio."""
    threads = {thread.name for thread in threading.enumerate()}
    if _MOCKS in sys.modules or not threads <= _WITHOUT_MOCKS:  # another may want all of it
        yield
        return
    stand_in = ModuleType(_MOCKS)
    vars(stand_in)["Mock"] = _Mock
    sys.modules[_MOCKS] = stand_in
    try:
        yield
    finally:
        del sys.modules[_MOCKS]
