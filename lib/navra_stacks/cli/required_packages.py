"""Check for the packages that a command requires and that are not always installed."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec

from navra_stacks.errors import NavraError

__all__ = ["require_packages"]

DISTRIBUTIONS = {"dns": "dnspython"}
"""The names of distributions that differ from those of their packages."""


def require_packages(*packages: str, command: str, extra: str) -> None:
    """Check that packages are installed.

    Args:
        packages: The names of the packages, as they are imported.
        command: The subcommand of `navra` that requires the packages.
        extra: The extra of the distribution that installs the packages.

    Raises:
        NavraError: a package is not installed.
    """
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        requirements = shlex.join(_requirement(package, extra) for package in missing)
        raise NavraError(
            f"`navra {command}` requires {' and '.join(missing)}: in a checkout run `make dev`, "
            f"otherwise install the packages of the extra `{extra}`: pip install {requirements}"
        )


def _requirement(package: str, extra: str) -> str:
    """Return the requirement of a package in an extra, for example ``moto[server]>=5.2``.

    The packages are on the public index, and this library is not: pip cannot install its extras by
    its name.
    """
    distribution = DISTRIBUTIONS.get(package, package)
    try:
        requirements = requires("navra-stacks") or []
    except PackageNotFoundError:  # imported from a directory of sources
        requirements = []
    for requirement in requirements:
        specifier, _, marker = requirement.partition(";")
        name = re.match(r"[\w.-]+", specifier)
        if name and name[0] == distribution and re.search(rf"extra == ['\"]{extra}['\"]", marker):
            return specifier.strip()
    return distribution
