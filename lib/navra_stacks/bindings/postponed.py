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
    """A module that runs when something of it is asked for, or put in its place."""

    def __getattr__(self, name: str) -> Any:
        with _lock:
            if self.__name__ in _running:  # it asks itself for what it does not have yet
                message = f"partially run module {self.__name__!r} has no attribute {name!r}"
                raise AttributeError(message)
            _run(self)
        return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        _run(self)
        ModuleType.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _run(self)
        ModuleType.__delattr__(self, name)


_lock = threading.RLock()
_running: set[str] = set()
_functions: dict[str, dict[str, Callable[..., Any]]] = {}
"""By module that has run, what it declared, whatever was put in its place since."""


def _run(module: ModuleType) -> None:
    name = module.__name__
    with _lock:
        if module.__class__ is not _Postponed or name in _running:
            return
        assert module.__spec__ is not None
        assert module.__spec__.loader is not None
        _running.add(name)
        try:
            module.__spec__.loader.exec_module(module)
        finally:
            _running.remove(name)
        _functions[name] = {key: one for key, one in vars(module).items() if callable(one)}
        ModuleType.__setattr__(module, "__class__", ModuleType)


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
    module = module_from_spec(spec)
    vars(module).update((function, _later(module, function)) for function in functions)
    module.__class__ = _Postponed
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)


def _later(module: ModuleType, name: str) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        _run(module)
        # Not what stands there now, which may be something that calls this.
        return _functions[module.__name__][name](*given, **named)

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
