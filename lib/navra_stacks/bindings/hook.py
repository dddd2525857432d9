"""Where the quick bindings take hold of jsii: when its module that starts node is imported."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from .store import log
from .wire import Wire

__all__ = ["take_hold"]

_STARTER = "jsii._kernel.providers.process"
_USED = {"start": "_NodeProcess", "send": "_NodeProcess", "load": "ProcessProvider"}


class _Finder(MetaPathFinder):
    """Finds that one module as Python would, and changes it once it has run."""

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _STARTER:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    def __init__(self, stock: Loader) -> None:
        self._stock = stock

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._stock.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._stock.exec_module(module)
        _change(module)


def take_hold() -> None:
    """Change how jsii talks to its kernel, now or when it is imported."""
    if _STARTER in sys.modules:
        # It runs already, or will soon; what it loaded stays whole.
        return
    sys.meta_path.insert(0, _Finder())


def _change(module: Any) -> None:
    lacking = [
        f"{holder}.{name}"
        for name, holder in _USED.items()
        if not hasattr(getattr(module, holder, None), name)
    ]
    if lacking:
        log("this jsii has no %s: the bindings are loaded whole", ", ".join(lacking), warn=True)
        return
    stock = module._NodeProcess

    class QuickProcess(stock):  # type: ignore[misc, valid-type]
        """jsii's own process, with a wire between it and the rest of jsii."""

        def start(self) -> None:
            super().start()
            wire = Wire(self._process.stdin, self._process.stdout, _imported_types)
            self._process.stdin = self._process.stdout = wire

    module._NodeProcess = QuickProcess


def _imported_types() -> list[str]:
    from jsii import _reference_map as known

    return [*known._types, *known._data_types, *known._enums, *known._interfaces]
