"""An assembly, and how much of it the kernel holds."""

import re
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Assembly"]


@dataclass
class Assembly:
    """What a load request names."""

    name: str
    version: str

    tarball: Path
    """Of the whole assembly."""

    slim: Path | None = None
    """Of the slim one that the kernel was told to load in its place."""

    modules: frozenset[str] = frozenset()
    """What the slim one holds; nothing where the kernel holds all of the assembly, or none."""

    whole: bool = False
    """Whether the kernel was told to load all of it."""

    _types: re.Pattern[bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._types = re.compile(rb'"' + re.escape(self.name.encode()) + rb"\.(\w+)")
        self._mark = b'"' + self.name.encode()

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
