"""Which environments a command is about."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from navra_stacks.errors import NavraError, UnknownEnvironmentError, suggest

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["DEFAULT_SOURCE", "environments_of", "select_environments"]

DEFAULT_SOURCE = "environments:ENVIRONMENTS"
"""Where the environments are: a module that can be imported, and its tuple."""


def environments_of(source: str) -> tuple[Environment, ...]:
    """The environments that `source` names, imported from the current directory or the path.

    Raises:
        NavraError: there is no such module or name, or it holds something else.
    """
    from navra_stacks.settings.environment import Environment

    module_name, _, attribute = source.partition(":")
    if not module_name or not attribute:
        raise NavraError(f"--from {source}: write it as MODULE:NAME, as in {DEFAULT_SOURCE}")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name.partition(".")[0] and error.name != module_name:
            raise
        raise NavraError(
            f"there is no module {module_name!r} here; run navra in the directory that holds it, "
            "or name another by --from MODULE:NAME"
        ) from None
    found = getattr(module, attribute, None)
    if isinstance(found, Environment):
        return (found,)
    if (
        not isinstance(found, tuple | list)
        or not found
        or not all(isinstance(one, Environment) for one in found)
    ):
        raise NavraError(f"{source} is not a tuple of environments")
    return tuple(found)


def select_environments(
    environments: tuple[Environment, ...], names: Sequence[str]
) -> tuple[Environment, ...]:
    """The environments of these names, each by its own or its stack's; all where none is named.

    Raises:
        UnknownEnvironmentError: a name that no environment has, or that several have.
    """
    picked: list[Environment] = []
    for name in dict.fromkeys(names):
        found = [one for one in environments if name in (one.name, one.names.stack)]
        if len(found) > 1:
            raise UnknownEnvironmentError(
                f"{name!r} may be {' or '.join(one.names.stack for one in found)}: name one of them"
            )
        if not found:
            known = [one.name for one in environments]
            close = suggest(name, known)
            hint = f"did you mean {close!r}?" if close else f"there are {', '.join(known)}"
            raise UnknownEnvironmentError(f"there is no environment {name!r}; {hint}")
        if found[0] not in picked:
            picked += found
    return tuple(picked) or environments
