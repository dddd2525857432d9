"""A module that is found as Python finds it, and run in another way."""

from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__ = ["OtherLoader"]


class OtherLoader(Loader):
    """Stands before the loader that Python found, and leaves no trace of itself in the module."""

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
        """Run it; here as it is."""
        self.stock.exec_module(module)
