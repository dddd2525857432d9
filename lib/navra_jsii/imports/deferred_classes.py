"""Import modules that jsii generated, and declare each of their classes when it is first named.

Declaring a class of the bindings takes a tenth of a millisecond. A module has up to a hundred
classes, of which a program names a few. When jsii returns an object whose type was not named yet,
the type is found by its name, by the hook with which jsii finds the types of modules that load
late.
"""

import builtins
import contextlib
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from navra_jsii.imports.compiled_module import CompiledModule
from navra_jsii.imports.module_pieces import UnknownModuleError
from navra_jsii.imports.type_checks import fast_type_checks
from navra_jsii.imports.wrapping_loader import WrappingLoader
from navra_jsii.log import log

__all__ = ["DeferredLoader"]

_ON_DEMAND = "_try_import_type_module"
"""The function that jsii calls for an unknown type; older versions of jsii do not have it."""

_OF_THE_MODULE = ("__all__", "__doc__", "__path__")
"""The names in a module's head that become attributes of the module itself."""

_lock = threading.RLock()
_modules: dict[str, "_Names"] = {}
"""The namespaces of modules, by the common prefix of the jsii names of their types."""


class _UnsupportedJsiiError(UnknownModuleError):
    """jsii cannot find types that are declared late."""


class DeferredLoader(WrappingLoader):
    """Loader that runs only the head of a generated module, and any other module in full."""

    def run(self, module: ModuleType) -> None:
        try:
            compiled = CompiledModule(str(module.__file__))
            head = compiled.head()
            registry = import_module("jsii._reference_map")
            if not hasattr(registry, _ON_DEMAND):
                raise _UnsupportedJsiiError("this version of jsii is not supported")
        except (UnknownModuleError, OSError, ValueError, SyntaxError) as error:
            unsupported = isinstance(error, _UnsupportedJsiiError)
            log("%s is imported in full: %s", module.__name__, error, warn=unsupported)
            super().run(module)
            fast_type_checks(vars(module))
            return
        names = _Names(module, compiled)
        _modules[compiled.prefix] = names
        _publish(module, names)
        exec(head, names)
        vars(module).update({name: names[name] for name in _OF_THE_MODULE if name in names})
        fast_type_checks(names)
        _find_deferred_types(registry)


class _Names(dict[str, Any]):
    """The global names of a module's functions; a class is declared when it is first looked up."""

    def __init__(self, module: ModuleType, compiled: CompiledModule) -> None:
        super().__init__(vars(module))
        self._compiled = compiled

    def __missing__(self, name: str) -> Any:
        if name in vars(builtins):
            return self.setdefault(name, getattr(builtins, name))
        if name.startswith("__"):
            raise KeyError(name)
        with _lock:
            if name not in self:  # another thread may have declared it meanwhile
                exec(self._compiled.code(name), self)
        return self[name]


class _Private(ModuleType):
    """A generated module with all names that it declares."""

    _names: _Names

    def __getattr__(self, name: str) -> Any:
        try:
            return vars(self)["_names"][name]
        except KeyError:
            message = f"module {self.__name__!r} has no attribute {name!r}"
            raise AttributeError(message) from None


class _Public(ModuleType):
    """A generated module with only the names that it publishes."""

    _private: _Private

    def __getattr__(self, name: str) -> Any:
        private = vars(self)["_private"]
        if name not in private.__all__:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = vars(self)[name] = getattr(private, name)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *self.__all__})


def _publish(module: ModuleType, names: _Names) -> None:
    """Do what ``publication.publish`` does, without reading the published attributes."""
    private = _Private(module.__name__)
    vars(private).update(vars(module), _names=names)
    module.__class__ = _Public
    vars(module)["_private"] = private
    sys.modules[f"{module.__name__}._private"] = private


def _find_deferred_types(registry: ModuleType) -> None:
    stock: Callable[[str], bool] = vars(registry)[_ON_DEMAND]
    if stock.__module__ == __name__:
        return

    def declare(name: str) -> bool:
        parts = name.split(".")
        for count in range(len(parts) - 1, 0, -1):
            names = _modules.get(".".join(parts[:count]))
            if names is not None:
                with contextlib.suppress(KeyError):
                    names[parts[count]]
        return stock(name)

    vars(registry)[_ON_DEMAND] = declare
