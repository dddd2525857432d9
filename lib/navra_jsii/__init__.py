"""Faster jsii for CDKTF programs: node starts early and loads only what a program uses.

Call `activate` before cdktf is imported; a program needs no other change. docs/speed.md describes
how it works, where the cache is and how to turn it off. This package imports nothing of
navra_stacks and works without it.
"""

from importlib import import_module

__all__ = ["EngineError", "activate", "cache_directories", "lazy_package", "pipelined", "warm"]

_MODULES = {
    "EngineError": "engine",
    "activate": "activation",
    "cache_directories": "cache",
    "lazy_package": "imports.lazy_packages",
    "pipelined": "pipelining",
    "warm": "warming",
}
"""The module of each public name, imported on first use: `activate` alone needs few imports."""


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
