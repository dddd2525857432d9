"""Base class for loaders that change how an imported module runs, but not how it is found."""

from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__ = ["WrappingLoader"]


class WrappingLoader(Loader):
    """Wraps the loader that Python found; the module itself refers only to that loader."""

    def __init__(self, stock: Loader) -> None:
        self.stock = stock

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.stock.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self.stock
        if module.__spec__ is not None:
            module.__spec__.loader = self.stock
        self.run(module)

    def run(self, module: ModuleType) -> None:
        """Run the module. The base class runs it unchanged."""
        self.stock.exec_module(module)
