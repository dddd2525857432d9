"""Load the submodules of large packages on first use.

``cdktf_cdktf_provider_aws`` is one package with a submodule for each of the 2,212 resources and
data sources of hashicorp/aws 6.25.0. Its ``__init__`` imports every submodule, although a program
usually declares about thirty kinds of resource. The submodules do not import each other, so each
can be loaded on first use. Nothing else changes: ``import cdktf_cdktf_provider_aws as aws;
aws.lb.Lb`` and ``from cdktf_cdktf_provider_aws.lb import Lb`` work as before.
"""

import sys
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pkgutil import iter_modules
from types import ModuleType

from navra_jsii.engine import JSII_PACKAGES
from navra_jsii.imports.wrapping_loader import WrappingLoader

__all__ = ["imported_first", "is_lazy", "lazy_package", "spec_during_import"]


class _LazyPackage(ModuleType):
    """A package whose ``__init__`` has not run: its attributes are its submodules."""

    def __getattr__(self, attribute: str) -> object:
        if attribute == "__all__":  # read by ``from package import *``
            return self._public_submodules()
        submodule = f"{self.__name__}.{attribute}"
        try:
            return import_module(submodule)
        except ModuleNotFoundError as error:
            if error.name != submodule:  # the submodule exists, but an import of its own fails
                raise
        raise AttributeError(f"module {self.__name__!r} has no attribute {attribute!r}")

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self._public_submodules()})

    def _public_submodules(self) -> list[str]:
        names = (module.name for module in iter_modules(self.__path__))
        return sorted(name for name in names if not name.startswith("_"))


class _Prepared(WrappingLoader):
    """Loads a lazy package: it returns the module and does not run its ``__init__``."""

    def __init__(self, loader: Loader, module: ModuleType) -> None:
        super().__init__(loader)
        self._module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._module

    def run(self, module: ModuleType) -> None:
        pass


def lazy_package(name: str) -> None:
    """Make the top-level package ``name`` load its submodules on first use.

    The package must contain only submodules, each of which loads the jsii assembly itself: a
    prebuilt CDKTF provider, but not cdktf. A package that was imported before is not changed, since
    other modules hold references to it. For a package that is not installed, the import raises
    Python's usual error. ``importlib.reload`` restores the original package.

    Limitation: an object that JavaScript creates has an unknown type if Python has not imported the
    type's submodule. This cannot happen within a provider, whose submodules return only their own
    types and those of cdktf.
    """
    if name in sys.modules:
        return
    spec = find_spec(name)
    if spec is None:
        return
    package = module_from_spec(spec)  # with __path__, __file__ and __spec__, but not executed
    package.__class__ = _LazyPackage
    package.__doc__ = f"{name}, whose submodules load on first use (see {__name__})."
    sys.modules[name] = package


def imported_first() -> str | None:
    """Return the name of an imported package that has loaded jsii as published; None without one.

    Called before the packages are made lazy.
    """
    return next((name for name in JSII_PACKAGES if name in sys.modules), None)


def spec_during_import(name: str) -> ModuleSpec | None:
    """Return the spec with which an import that is under way gets the package ``name``.

    A finder that makes a package lazy while Python imports it returns this spec. With its usual
    spec, Python would run the ``__init__`` of the lazy package.
    """
    package = sys.modules.get(name)
    if package is None or package.__spec__ is None or package.__spec__.loader is None:
        return find_spec(name)
    package.__spec__.loader = _Prepared(package.__spec__.loader, package)
    return package.__spec__


def is_lazy(name: str) -> bool:
    """Return whether the package ``name`` loads its submodules on first use."""
    return isinstance(sys.modules.get(name), _LazyPackage)
