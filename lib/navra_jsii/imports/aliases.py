"""Import the selected engine under the names of the other one, too.

This library and a team's constructs import ``cdktf`` and ``cdktf_cdktf_provider_aws``, or the names
of cdktn. With cdktn as the engine, all of these names stand for the same modules, so that each
class exists once.
"""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from navra_jsii.engine import ENGINES, Engine, EngineError

__all__ = ["alias_packages"]


class _Loader:
    """Returns the module of another name."""

    def __init__(self, target: str) -> None:
        self._target = target

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self._target)
        self._attributes = {name: getattr(module, name) for name in ("__spec__", "__loader__")}
        return module

    def exec_module(self, module: ModuleType) -> None:
        # Python has just set these to the alias's.
        vars(module).update(self._attributes)


class _AliasFinder:
    """Finds the aliases of packages, and of the modules in them."""

    def __init__(self, aliases: dict[str, str]) -> None:
        self._aliases = aliases

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, dot, rest = name.partition(".")
        if package not in self._aliases:
            return None
        loader: Any = _Loader(f"{self._aliases[package]}{dot}{rest}")
        return ModuleSpec(name, loader, is_package=True)


def alias_packages(engine: Engine) -> None:
    """Let the packages of cdktf be imported under the names of another engine.

    Args:
        engine: The selected engine. For cdktf there is nothing to do: its names are the usual ones.

    Raises:
        EngineError: a package of cdktf was imported before, so that a program would create
            constructs of both engines.
    """
    usual = ENGINES["cdktf"]
    if engine == usual:
        return
    aliases = {usual.core: engine.core, usual.provider: engine.provider}
    for name, target in aliases.items():
        if name in sys.modules and sys.modules[name] is not sys.modules.get(target):
            raise EngineError(
                f"NAVRA_ENGINE: {name} was imported before navra_jsii was activated, so "
                f"{engine.core} cannot replace it; move `import navra_stacks`, or "
                "`navra_jsii.activate()`, above this import"
            )
    sys.meta_path.insert(0, _AliasFinder(aliases))
