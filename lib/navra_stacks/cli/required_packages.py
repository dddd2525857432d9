"""Check for the packages that a command requires and that are not always installed."""

from importlib.util import find_spec

from navra_stacks.errors import NavraError

__all__ = ["require_packages"]


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
        raise NavraError(
            f"`navra {command}` requires {' and '.join(missing)}: in a checkout run `make dev`, "
            f"otherwise install the extra: pip install 'navra-stacks[{extra}]'"
        )
