"""Postpone the import of modules that jsii imports and programs seldom use."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

__all__ = ["mocks_left_out", "postpone"]


class _Postponed(ModuleType):
    """A module that runs when one of its attributes is first read, set or deleted."""

    def __getattr__(self, name: str) -> Any:
        with _lock:
            if self.__name__ in _running:  # the module reads an attribute that it has not set yet
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
"""The callables that each module declared when it ran, even if they were replaced since."""


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
        _functions[name] = {key: value for key, value in vars(module).items() if callable(value)}
        ModuleType.__setattr__(module, "__class__", ModuleType)


def postpone(name: str, functions: Sequence[str] = ()) -> None:
    """Run a module when one of its attributes is first used, instead of when it is imported.

    ``importlib.util.LazyLoader`` has the same purpose, but an ``import`` statement already reads an
    attribute and so runs the module.

    Args:
        name: The module.
        functions: Functions of the module that other modules import by name but seldom call.
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
    def call(*args: Any, **kwargs: Any) -> Any:
        _run(module)
        # The module's attribute may have been replaced by a function that calls this one.
        return _functions[module.__name__][name](*args, **kwargs)

    return call


class _AnyMock(type):
    def __instancecheck__(cls, value: Any) -> bool:
        loaded = sys.modules.get(_MOCKS)
        return loaded is not None and isinstance(value, loaded.Mock)


class _Mock(metaclass=_AnyMock):
    """Stand-in for ``unittest.mock.Mock``, which has no instances until its module is imported."""


_MOCKS = "unittest.mock"
_WITHOUT_MOCKS = {"MainThread", "process.stderr_sink"}


@contextmanager
def mocks_left_out() -> Iterator[None]:
    """Replace ``unittest.mock`` for code that imports ``Mock`` only for ``isinstance``.

    The real module imports all of asyncio.
    """
    threads = {thread.name for thread in threading.enumerate()}
    if _MOCKS in sys.modules or not threads <= _WITHOUT_MOCKS:  # others may need the real module
        yield
        return
    stand_in = ModuleType(_MOCKS)
    vars(stand_in)["Mock"] = _Mock
    sys.modules[_MOCKS] = stand_in
    try:
        yield
    finally:
        del sys.modules[_MOCKS]
