"""Where the quick bindings take hold of jsii and of what it generated: as each is imported."""

import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from .lazy import is_lazy
from .store import log

__all__ = ["take_hold"]

_STARTER = "jsii._kernel.providers.process"
_GENERATED = ("cdktf", "constructs")


class _Finder(MetaPathFinder):
    """Finds these modules as Python would, and changes each once it has run."""

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == _STARTER:
            change = _start_quickly
        elif name in _GENERATED or is_lazy(name.rpartition(".")[0]):
            change = _check_quickly
        else:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, change)
        return spec


class _Loader(Loader):
    def __init__(self, stock: Loader, change: Callable[[ModuleType], None]) -> None:
        self._stock = stock
        self._change = change

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._stock.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._stock
        if module.__spec__ is not None:
            module.__spec__.loader = self._stock
        self._stock.exec_module(module)
        self._change(module)


def _start_quickly(module: ModuleType) -> None:
    from .quick import quick_process

    try:
        quick_process(module)
    except AttributeError as error:
        log("this jsii is not known, and loads the bindings whole: %s", error, warn=True)


def _check_quickly(module: ModuleType) -> None:
    # Imported with the first of them, when Python has what it needs of the standard library.
    from .checks import quicken_checks

    quicken_checks(module)


def take_hold() -> bool:
    """Change jsii and what it generated as they are imported, unless jsii was imported before."""
    if _STARTER in sys.modules:
        return False
    sys.meta_path.insert(0, _Finder())
    return True
