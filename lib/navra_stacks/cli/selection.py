"""Load environments from a module, and select some of them by name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from navra_stacks.cli.environment_modules import import_environments
from navra_stacks.errors import NavraError, UnknownEnvironmentError, did_you_mean, suggest

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["DEFAULT_SOURCE", "load_environments", "select_environments"]

DEFAULT_SOURCE = "environments:ENVIRONMENTS"
"""The default of ``--from``: a module, and the name of the environments in the module."""


def load_environments(source: str) -> tuple[Environment, ...]:
    """Import environments from a module in the current directory or on the Python path.

    Args:
        source: ``MODULE:NAME``. In the module, NAME is an environment, or a tuple or list of
            environments.

    Raises:
        NavraError: the module or NAME does not exist, NAME is neither an environment nor a
            non-empty tuple or list of environments, or settings in the module are invalid. The
            message has the problems of all environments in the module, or in its package.
    """
    module_name, _, attribute = source.partition(":")
    if not module_name or not attribute or module_name.startswith("."):
        raise NavraError(f"--from {source}: write it as MODULE:NAME, for example {DEFAULT_SOURCE}")
    if (directory := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, directory)
    try:
        module = import_environments(module_name)
    except ModuleNotFoundError as error:
        if not f"{module_name}.".startswith(f"{error.name}."):  # an import of the module failed
            raise
        raise _missing_module(module_name) from None
    if not hasattr(module, attribute):
        raise _missing_name(module, attribute)
    found = _as_environments(getattr(module, attribute))
    if not found:
        raise NavraError(
            f"{source} is neither an environment nor a non-empty tuple or list of environments"
        )
    return found


def _as_environments(value: object) -> tuple[Environment, ...]:
    """Return the environments in `value`; empty if it is or contains something else."""
    from navra_stacks.settings.environment import Environment

    items = tuple(value) if isinstance(value, tuple | list) else (value,)
    return items if all(isinstance(item, Environment) for item in items) else ()


def _missing_module(name: str) -> NavraError:
    repair = (
        "write the name without .py"
        if name.endswith(".py")
        else "run navra in the directory that contains it, or select another module with "
        "--from MODULE:NAME"
    )
    return NavraError(
        f"there is no module {name!r} in the current directory or on the Python path; {repair}"
    )


def _missing_name(module: ModuleType, name: str) -> NavraError:
    known = [other for other, value in vars(module).items() if _as_environments(value)]
    close = suggest(name, known)
    if close:
        hint = f"did you mean {close}?"
    elif known:
        hint = f"use one of {', '.join(known)}"
    else:
        hint = "it contains no environments"
    return NavraError(f"module {module.__name__} has no {name}; {hint}")


def select_environments(
    environments: tuple[Environment, ...], names: Sequence[str], stack_class: str | None = None
) -> tuple[Environment, ...]:
    """Return the environments with the given names, each once, in the order of the names.

    Args:
        environments: The environments to select from.
        names: The names of environments or of their stacks. Empty: all environments.
        stack_class: The `stack_class` of the returned environments; None to keep their own.

    Raises:
        SettingsError: `stack_class` is not of the form ``MODULE:CLASS``.
        UnknownEnvironmentError: a name matches no environment, or several environments.
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
            if len(set(known)) < len(known):
                known = [environment.names.stack for environment in environments]
            hint = did_you_mean(name, known, f"use one of {', '.join(known)}")
            raise UnknownEnvironmentError(f"there is no environment {name!r}; {hint}")
        if found[0] not in selected:
            selected += found
    found_all = tuple(selected) or environments
    if stack_class is None:
        return found_all
    return tuple(environment.replace(stack_class=stack_class) for environment in found_all)
