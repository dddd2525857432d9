"""Removal of the values of secrets from lines of output."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Redaction"]

_SHORTEST = 6
"""The length of the shortest value that is replaced: shorter ones occur in any text."""


class Redaction:
    """Replaces the values of secrets in lines."""

    def __init__(self) -> None:
        self._values: tuple[str, ...] = ()

    def add(self, values: Iterable[str]) -> None:
        """Add values; of one with several lines, each line."""
        lines = {line for value in values for line in value.splitlines()}
        added = {line for line in lines if len(line) >= _SHORTEST}
        # A longer value can contain a shorter one.
        self._values = tuple(sorted(added.union(self._values), key=len, reverse=True))

    def apply(self, line: str) -> str:
        """Return the line, in which ``***`` replaces each value."""
        for value in self._values:
            if value in line:
                line = line.replace(value, "***")
        return line
