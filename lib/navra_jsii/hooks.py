"""Import hooks that change jsii and the modules that it generated as they are imported."""

import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from navra_jsii.engine import Engine
from navra_jsii.imports.lazy_packages import is_lazy
from navra_jsii.imports.wrapping_loader import WrappingLoader
from navra_jsii.log import log

__all__ = ["install_hooks"]

_NODE_PROCESS = "jsii._kernel.providers.process"


class _Finder(MetaPathFinder):
    """Finds the changed modules where Python would, and gives each its own loader."""

    def __init__(self, engine: Engine) -> None:
        self._generated = (engine.core, "constructs")

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, last = name.rpartition(".")
        if name in _CHANGED:
            loader: Callable[[Loader], Loader] = _CHANGED[name]
        elif name in self._generated or (is_lazy(package) and last != "_jsii"):
            # Imported with the first generated module, since by then its imports are loaded anyway.
            from navra_jsii.imports.deferred_classes import DeferredLoader as loader
        else:
            return None
        spec = _find_submodule(path, name) if is_lazy(package) else None
        spec = spec or PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = loader(spec.loader)
        return spec


def _find_submodule(path: Any, name: str) -> ModuleSpec | None:
    """Find a submodule where Python would find it first, without listing all 2,212 submodules."""
    folder = Path(path[0], name.rpartition(".")[2])
    file = folder / "__init__.py"
    if not file.is_file():
        return None
    return spec_from_file_location(name, file, submodule_search_locations=[str(folder)])


class _NodeProcessLoader(WrappingLoader):
    """Loader of the module with which jsii starts its kernel and exchanges messages with it."""

    def run(self, module: ModuleType) -> None:
        from navra_jsii.kernel.node_process import replace_node_process

        super().run(module)
        try:
            replace_node_process(module)
        except AttributeError as error:
            message = "this version of jsii is not supported, and loads all of the bindings: %s"
            log(message, error, warn=True)


class _ValuesLoader(WrappingLoader):
    """Loader of the module with which jsii converts the values that it sends."""

    def run(self, module: ModuleType) -> None:
        from navra_jsii.codec import fast_overrides, fast_values

        super().run(module)
        for name, fast in (
            ("_make_reference_for_native", fast_values),
            ("_get_overides", fast_overrides),
        ):
            stock = vars(module).get(name)
            if stock is not None:
                vars(module)[name] = fast(stock)


_CHANGED = {_NODE_PROCESS: _NodeProcessLoader, "jsii._kernel": _ValuesLoader}


def install_hooks(engine: Engine) -> bool:
    """Install the import hooks, unless jsii was imported before.

    Returns whether they were installed.
    """
    if _NODE_PROCESS in sys.modules:
        return False
    sys.meta_path.insert(0, _Finder(engine))
    return True
