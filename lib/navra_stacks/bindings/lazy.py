"""Packages of a thousand submodules whose submodules load when they are first used.

``cdktf_cdktf_provider_aws`` is one package with a submodule for each of the 2,212 resources and
data sources of hashicorp/aws 6.25.0, and its ``__init__`` imports every one, to declare what is
usually thirty kinds of resource. The submodules do not import each other, so the package can load
them when they are first used, and nothing else about it changes: ``import cdktf_cdktf_provider_aws
as aws; aws.lb.Lb`` and ``from cdktf_cdktf_provider_aws.lb import Lb`` stay as they are.
"""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pkgutil import iter_modules
from types import ModuleType

__all__ = ["is_lazy", "lazy_package"]


class _LazyPackage(ModuleType):
    """A package whose ``__init__`` was never run: its attributes are its submodules."""

    def __getattr__(self, attribute: str) -> object:
        if attribute == "__all__":  # what ``from package import *`` asks for
            return self._public_submodules()
        submodule = f"{self.__name__}.{attribute}"
        try:
            return import_module(submodule)
        except ModuleNotFoundError as error:
            if error.name != submodule:  # it exists, and lacks something that it imports itself
                raise
        raise AttributeError(f"module {self.__name__!r} has no attribute {attribute!r}")

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self._public_submodules()})

    def _public_submodules(self) -> list[str]:
        names = (module.name for module in iter_modules(self.__path__))
        return sorted(name for name in names if not name.startswith("_"))


def lazy_package(name: str) -> None:
    """Let the top-level package ``name`` load its submodules on first use.

    It fits a package that offers nothing but submodules, each of which loads the jsii assembly
    itself: a prebuilt CDKTF provider, but not cdktf. A package that was imported before is left
    alone, since others hold references to it; one that is not installed fails where it is
    imported, with Python's own message. ``importlib.reload`` gives the stock package back.

    One thing is given up: an object that JavaScript made and Python never imported the submodule
    of has an unknown type. None can arise within a provider, whose submodules return only their
    own types and those of cdktf.
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


def is_lazy(name: str) -> bool:
    """Whether the package ``name`` loads its submodules on first use."""
    return isinstance(sys.modules.get(name), _LazyPackage)
