"""Import hooks that change jsii and the modules that it generated as they are imported."""

import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from .lazy import is_lazy
from .loader import OtherLoader
from .postponed import mocks_left_out, postpone
from .store import log

__all__ = ["install_hooks"]

_STARTER = "jsii._kernel.providers.process"
_GENERATED = ("cdktf", "constructs")


class _Finder(MetaPathFinder):
    """Finds the changed modules where Python would, and gives each its own loader."""

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, last = name.rpartition(".")
        if name in _CHANGED:
            loader: Callable[[Loader], Loader] = _CHANGED[name]
        elif name in _GENERATED or (is_lazy(package) and last != "_jsii"):
            # Imported with the first generated module, since by then its imports are loaded anyway.
            from .deferred import DeferredLoader as loader
        else:
            return None
        spec = _beside(path, name) if is_lazy(package) else None
        spec = spec or PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = loader(spec.loader)
        return spec


def _beside(path: Any, name: str) -> ModuleSpec | None:
    """Find a submodule where Python would find it first, without listing all 2,212 submodules."""
    folder = Path(path[0], name.rpartition(".")[2])
    file = folder / "__init__.py"
    if not file.is_file():
        return None
    return spec_from_file_location(name, file, submodule_search_locations=[str(folder)])


class _Starter(OtherLoader):
    """Loader of the module with which jsii starts its kernel and exchanges messages with it."""

    def run(self, module: ModuleType) -> None:
        from .quick import quick_process

        postpone("cattr")
        postpone("dateutil.parser")
        super().run(module)
        try:
            quick_process(module)
        except AttributeError as error:
            message = "this version of jsii is not supported, and loads all of the bindings: %s"
            log(message, error, warn=True)


class _Values(OtherLoader):
    """Loader of the module with which jsii converts the values that it sends."""

    def run(self, module: ModuleType) -> None:
        from .messages import quick_values

        super().run(module)
        stock = vars(module).get("_make_reference_for_native")
        if stock is not None:
            vars(module)["_make_reference_for_native"] = quick_values(stock)


class _Typeguard(OtherLoader):
    """Loader of typeguard, which checks the types of arguments."""

    def run(self, module: ModuleType) -> None:
        with mocks_left_out():
            super().run(module)


_CHANGED = {_STARTER: _Starter, "jsii._kernel": _Values, "typeguard": _Typeguard}


def install_hooks() -> bool:
    """Install the import hooks, unless jsii was imported before.

    Returns whether they were installed.
    """
    if _STARTER in sys.modules:
        return False
    # It reads the metadata of installed packages. jsii and pydantic use it for a version at most.
    postpone("importlib.metadata", ["entry_points", "version"])
    sys.meta_path.insert(0, _Finder())
    return True
