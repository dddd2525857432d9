"""An assembly, and how much of it the kernel holds."""

import re
from pathlib import Path

__all__ = ["Assembly", "UnknownLayoutError"]


class Assembly:
    """What a load request names."""

    slim: Path | None = None
    """Of the slim one that the kernel was told to load in its place."""

    modules: frozenset[str] = frozenset()
    """What the slim one holds; nothing where the kernel holds all of the assembly, or none."""

    whole: bool = False
    """Whether the kernel was told to load all of it."""

    def __init__(self, name: str, version: str, tarball: Path) -> None:
        """`tarball`: of the whole assembly."""
        self.name = name
        self.version = version
        self.tarball = tarball
        self._types = re.compile(rb'"' + re.escape(name.encode()) + rb"\.(\w+)")
        self._mark = b'"' + name.encode()

    @property
    def package(self) -> str:
        """The Python package that carries it: <package>/_jsii/<tarball>."""
        return self.tarball.parents[1].name

    def is_needed_by(self, request: bytes) -> bool:
        """Whether a request names the assembly."""
        return self._mark in request

    def modules_in(self, request: bytes) -> set[str]:
        """The modules whose types a request names."""
        return {module.decode() for module in self._types.findall(request)}

    def request(self, tarball: Path) -> dict[str, object]:
        """What asks the kernel to load it from ``tarball``."""
        return {
            "name": self.name,
            "version": self.version,
            "tarball": str(tarball),
            "api": "load",
        }


class UnknownLayoutError(Exception):
    """An assembly that is not laid out as those of prebuilt providers are."""
