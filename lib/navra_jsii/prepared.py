"""Files that were prepared when the wheel was built, so that a first run needs no cache.

The directory `DIRECTORY` contains slim assemblies of cdktf and of the modules that navra_stacks
uses, the code of their Python classes, and all modules of the provider. It does not contain the
code that V8 compiles, which depends on the processor. The files are used if the installed bindings
are those from which they were built: pip records the SHA-256 of each installed file in RECORD, and
`DESCRIPTION` has the expected ones. A file that was edited after the installation differs from its
RECORD in size, or is newer than it. A checkout, and a wheel that was built without the bindings,
have no such directory.
"""

import json
from contextlib import suppress
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from navra_jsii.log import log

__all__ = [
    "DESCRIPTION",
    "DIRECTORY",
    "FORMAT",
    "MODULES",
    "PYTHON",
    "described",
    "installed_files",
    "installed_tarball",
    "is_verified",
    "module_store",
    "verified_files",
]

DIRECTORY = Path(__file__).with_name("_prepared")

DESCRIPTION = "description.json"
MODULES = "modules.zip"
"""All modules of the provider, see `module_store`."""

PYTHON = "python.bin"

FORMAT = 2


@cache
def described() -> dict[str, Any]:
    """Return the description of the prepared files; empty if there are none that can be used."""
    try:
        text = (DIRECTORY / DESCRIPTION).read_text(encoding="utf-8")
        description: dict[str, Any] = json.loads(text)
        return description if description["format"] == FORMAT else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        log("the prepared files are not used: %r", error, warn=True)
        return {}


@cache
def verified_files(package: str) -> dict[str, Path]:
    """Return the installed files of a package that are as they were when the wheel was built.

    In a copy of an environment that did not preserve times, some files may be missing, which only
    costs time.

    Args:
        package: The name of an import package.

    Returns:
        The files by their path in RECORD, such as ``cdktf/__init__.py``.
    """
    expected: dict[str, str] = described().get("files", {}).get(package, {})
    site, recorded = installed_files(package) if expected else (Path(), {})
    same = {path: record for path, record in expected.items() if recorded.get(path) == record}
    verified = _unchanged(site, package, same) if same else {}
    if len(verified) < len(expected):
        log("%s is not as it was when files were prepared for it", package)
    return verified


def _unchanged(site: Path, package: str, files: dict[str, str]) -> dict[str, Path]:
    """Return the files that have the recorded size and are not newer than RECORD.

    An installer writes RECORD last. Computing the SHA-256 of each file would take too long.

    Args:
        site: The directory that contains the package.
        package: The name of the package.
        files: SHA-256 and size of the files, separated by a comma, by their path in RECORD.
    """
    unchanged: dict[str, Path] = {}
    with suppress(OSError, ValueError):
        # In seconds, since an archive of an environment may not contain fractions.
        newest = int(_record(site, package).stat().st_mtime)
        for path, record in files.items():
            status = (site / path).stat()
            if str(status.st_size) == record.rpartition(",")[2] and int(status.st_mtime) <= newest:
                unchanged[path] = site / path
    return unchanged


def _record(site: Path, package: str) -> Path:
    """Return the RECORD of a package; raise ValueError if there is none, or more than one."""
    (file,) = site.glob(f"{package}-*.dist-info/RECORD")
    return file


def installed_files(package: str) -> tuple[Path, dict[str, str]]:
    """Return the directory that contains a package, and the RECORD of its distribution.

    RECORD has the SHA-256 and the size of each file. It is empty if the package was installed
    without one, or more than once.

    Args:
        package: The name of an import package that is also the name of its distribution.
    """
    folder = _folder(package)
    if folder is None:
        return Path(), {}
    site = folder.parent
    try:
        lines = _record(site, package).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return site, {}
    return site, {path: record for path, _, record in (line.partition(",") for line in lines)}


def installed_tarball(package: str) -> Path | None:
    """Return the assembly in an installed package; None if the package has none, or several.

    Args:
        package: The name of an import package.
    """
    folder = _folder(package)
    tarballs = [] if folder is None else [*folder.glob("_jsii/*.jsii.tgz")]
    return tarballs[0] if len(tarballs) == 1 else None


def _folder(package: str) -> Path | None:
    """Return the folder of an installed package, which is neither imported nor made lazy."""
    spec = PathFinder.find_spec(package)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def is_verified(tarball: Path) -> bool:
    """Return whether an assembly is as it was when the wheel was built.

    Args:
        tarball: The assembly in the package that contains it.
    """
    package = tarball.parents[1].name
    return verified_files(package).get(f"{package}/_jsii/{tarball.name}") == tarball


def module_store(tarball: Path) -> Path | None:
    """Return the file with all modules of an assembly, or None if none was prepared for it.

    Args:
        tarball: The assembly in the provider's Python package.
    """
    slim = described().get("slim", {}).get(tarball.parents[1].name, {})
    return DIRECTORY / MODULES if slim.get("modules") and is_verified(tarball) else None
