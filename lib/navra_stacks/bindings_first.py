"""Import the bindings before cdktf, in a program that has imported only names without cdktf."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["install_finder"]

_PACKAGES = frozenset({"cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii"})
"""Packages that are not imported as published after `navra_stacks.bindings`."""


class _Finder:
    # Not derived from MetaPathFinder: importlib.abc takes longer to import than this library does.

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _PACKAGES:
            return None
        sys.meta_path.remove(self)
        from navra_stacks.bindings.lazy import spec_during_import

        return spec_during_import(name)


def install_finder() -> None:
    """Let the first import of a package of cdktf import `navra_stacks.bindings` before it.

    The bindings start node, and a program that only reads settings does not need node.
    """
    sys.meta_path.insert(0, _Finder())
