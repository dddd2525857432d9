"""Load the environments of a module, and select some of them by name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from navra_stacks.errors import NavraError, UnknownEnvironmentError, suggest

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["DEFAULT_SOURCE", "load_environments", "select_environments"]

DEFAULT_SOURCE = "environments:ENVIRONMENTS"
"""The default of ``--from``: an importable module, and the name of a tuple in it."""


def load_environments(source: str) -> tuple[Environment, ...]:
    """Import the environments from the current directory or the Python path.

    Args:
        source: ``MODULE:NAME``. NAME is an environment, or a tuple or list of environments.

    Raises:
        NavraError: the module or the name does not exist, or is not a tuple of environments.
    """
    from navra_stacks.settings.environment import Environment

    module_name, _, attribute = source.partition(":")
    if not module_name or not attribute:
        raise NavraError(f"--from {source}: write it as MODULE:NAME, as in {DEFAULT_SOURCE}")
    if (directory := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, directory)
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name.partition(".")[0] and error.name != module_name:
            raise
        raise NavraError(
            f"there is no module {module_name!r} in the current directory or on the Python path; "
            "run navra in the directory that contains it, or select another module with "
            "--from MODULE:NAME"
        ) from None
    found = getattr(module, attribute, None)
    if isinstance(found, Environment):
        return (found,)
    if (
        not isinstance(found, tuple | list)
        or not found
        or not all(isinstance(item, Environment) for item in found)
    ):
        raise NavraError(f"{source} is not a tuple of environments")
    return tuple(found)


def select_environments(
    environments: tuple[Environment, ...], names: Sequence[str]
) -> tuple[Environment, ...]:
    """Select environments by their name or the name of their stack.

    Args:
        environments: The environments to select from.
        names: The names. Empty: all environments.

    Raises:
        UnknownEnvironmentError: no environment has one of the names, or several have it.
    """
    selected: list[Environment] = []
    for name in dict.fromkeys(names):
        found = [
            environment
            for environment in environments
            if name in (environment.name, environment.names.stack)
        ]
        if len(found) > 1:
            stacks = " or ".join(environment.names.stack for environment in found)
            raise UnknownEnvironmentError(f"{name!r} is ambiguous: use {stacks}")
        if not found:
            known = [environment.name for environment in environments]
            close = suggest(name, known)
            hint = f"did you mean {close!r}?" if close else f"there are {', '.join(known)}"
            raise UnknownEnvironmentError(f"there is no environment {name!r}; {hint}")
        if found[0] not in selected:
            selected += found
    return tuple(selected) or environments
