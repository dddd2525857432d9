"""A jsii assembly, and the part of it that the kernel has loaded."""

import re
from pathlib import Path

__all__ = ["Assembly", "UnknownLayoutError"]


class Assembly:
    """An assembly that jsii requests the kernel to load."""

    slim: Path | None = None
    """The tarball of the slim assembly that the kernel loads instead."""

    modules: frozenset[str] = frozenset()
    """The modules of the slim assembly; empty if the kernel has loaded all of the assembly, or
    nothing."""

    whole: bool = False
    """True if the kernel was requested to load all of the assembly."""

    def __init__(self, name: str, version: str, tarball: Path) -> None:
        """Describe an assembly that is not loaded yet.

        Args:
            name: The name in jsii, such as ``@cdktf/provider-aws``.
            version: The version in jsii.
            tarball: The tarball of the whole assembly.
        """
        self.name = name
        self.version = version
        self.tarball = tarball
        self._types = re.compile(rb'"' + re.escape(name.encode()) + rb"\.(\w+)")
        self._mark = b'"' + name.encode() + b"."

    @property
    def package(self) -> str:
        """The Python package that contains the assembly, at <package>/_jsii/<tarball>."""
        return self.tarball.parents[1].name

    def is_needed_by(self, request: bytes) -> bool:
        """Return whether a request names the assembly."""
        return self._mark in request

    def modules_in(self, request: bytes) -> set[str]:
        """Return the modules whose types a request names."""
        return {module.decode() for module in self._types.findall(request)}

    def request(self, tarball: Path) -> dict[str, object]:
        """Return the request to load the assembly from ``tarball``."""
        return {
            "name": self.name,
            "version": self.version,
            "tarball": str(tarball),
            "api": "load",
        }


class UnknownLayoutError(Exception):
    """An assembly does not have the layout of prebuilt providers."""
