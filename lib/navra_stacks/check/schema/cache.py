"""Read the schema of the installed bindings, which is extracted once and then cached.

The bindings on the machine decide the version of the provider. A wheel that was built beside the
bindings contains the schema of their version, with the licence of the bindings (MPL-2.0).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TypeVar

from navra_stacks.check.schema.provider_schema import (
    FORMAT,
    ProviderSchema,
    SchemaNotAvailableError,
)
from navra_stacks.errors import NavraError
from navra_stacks.files import write_file

__all__ = [
    "BINDINGS",
    "cache_directory",
    "cached",
    "find_assembly",
    "provider_schema",
    "schema_of_assembly",
]

Value = TypeVar("Value")

PREPARED = Path(__file__).with_name("_prepared")
"""The directory of the schema that was extracted when the wheel was built."""

BINDINGS = "cdktf_cdktf_provider_aws"
"""The Python package with the bindings of the AWS provider."""


def provider_schema(package: str = BINDINGS, *, directory: Path | None = None) -> ProviderSchema:
    """Return the schema of the AWS provider for which the installed bindings were generated.

    The first call for a version takes about 3 seconds, unless the wheel contains its schema.

    Args:
        package: The Python package with the bindings.
        directory: The directory for the cache; None for the one in the user's cache.

    Raises:
        SchemaNotAvailableError: the bindings are not installed, or are not bindings of the AWS
            provider.
    """
    return schema_of_assembly(find_assembly(package), directory=directory)


def schema_of_assembly(assembly: Path, *, directory: Path | None = None) -> ProviderSchema:
    """Return the schema of the AWS provider in a jsii assembly.

    Args:
        assembly: The file ``*.jsii.tgz`` of the bindings.
        directory: The directory for the cache; None for the one in the user's cache.

    Raises:
        SchemaNotAvailableError: the file does not exist, or is not the assembly of such bindings.
    """
    try:
        size = assembly.stat().st_size
    except OSError as error:
        raise SchemaNotAvailableError(f"{assembly} cannot be read: {error.strerror}") from error
    name = f"{assembly.name}-{size}-{FORMAT}.schema"
    return cached(name, ProviderSchema, lambda: _extracted(assembly, name), directory=directory)


def _extracted(assembly: Path, name: str) -> bytes:
    with suppress(OSError):
        return (PREPARED / name).read_bytes()
    from navra_stacks.check.schema.extraction import extract_schema  # imports tarfile

    return extract_schema(assembly)


def find_assembly(package: str = BINDINGS) -> Path:
    """Return the jsii assembly in a Python package, without importing the package.

    Raises:
        SchemaNotAvailableError: the package is not installed, or has no assembly.
    """
    # Not importlib.util.find_spec, which starts this library's own finder for cdktf.
    spec = PathFinder.find_spec(package)
    for directory in (spec and spec.submodule_search_locations) or ():
        for assembly in sorted(Path(directory, "_jsii").glob("*.jsii.tgz")):
            return assembly
    raise SchemaNotAvailableError(
        "the arguments were not checked against the schema of hashicorp/aws: the bindings, which "
        f"contain the schema, are not installed; install the Python package "
        f"{package.replace('_', '-')}"
    )


def cached(
    name: str,
    read: Callable[[bytes], Value],
    build: Callable[[], bytes],
    *,
    directory: Path | None = None,
) -> Value:
    """Return a value from the user's cache; build and write it if it is missing or damaged.

    A cache that cannot be read or written costs only time.

    Args:
        name: The name of the file, with all versions that the content depends on.
        read: Returns the value of a content; raises ValueError if the content is damaged.
        build: Returns the content.
        directory: The directory for the cache; None for the one in the user's cache.
    """
    directory = directory or cache_directory()
    if directory is None:
        return read(build())
    path = directory / name
    with suppress(OSError, ValueError, LookupError):
        return read(path.read_bytes())
    content = build()
    with suppress(OSError, NavraError):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(path, content)
    return read(content)


def cache_directory(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the directory for schemas in the user's cache; None without a home directory.

    The user's cache is ``$XDG_CACHE_HOME`` or ``~/.cache``, and ``~/Library/Caches`` on macOS.
    """
    configured = Path(environ.get("XDG_CACHE_HOME", ""))
    if not configured.is_absolute():
        home = Path(environ.get("HOME", ""))
        if not home.is_absolute():
            return None
        configured = home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return configured / "navra-stacks" / "schemas"
