"""What jsii imports and a program seldom needs."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

__all__ = ["mocks_left_out", "postpone"]


class _Postponed(ModuleType):
    def __getattr__(self, name: str) -> Any:
        with _lock:
            if self.__class__ is _Postponed:
                self.__class__ = ModuleType  # type: ignore[assignment]
                assert self.__spec__ is not None
                assert self.__spec__.loader is not None
                try:
                    self.__spec__.loader.exec_module(self)
                except BaseException:
                    self.__class__ = _Postponed
                    raise
        return getattr(self, name)


_lock = threading.RLock()


def postpone(name: str) -> None:
    """Have a top-level module run when something of it is first asked for.

    That is what ``importlib.util.LazyLoader`` is for, but an ``import`` asks it for something.
    """
    spec = find_spec(name) if name not in sys.modules else None
    if spec is not None and spec.loader is not None:
        module = sys.modules[name] = module_from_spec(spec)
        module.__class__ = _Postponed


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
