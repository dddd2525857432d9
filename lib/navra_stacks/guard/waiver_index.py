"""Find the waivers for an address, and the addresses for a waiver, without comparing all pairs.

A pattern can match only addresses that begin with the text before its first wildcard.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from navra_stacks.errors import suggest
from navra_stacks.guard.allow_list import Waiver

__all__ = ["AddressIndex", "WaiverIndex"]

T = TypeVar("T")

NEIGHBOURS = 100
"""The number of addresses that are compared for a suggestion. Measuring the similarity of two
addresses takes 0.1 ms, so all addresses of a large plan would take minutes."""


class WaiverIndex:
    """Waivers by action and by the literal beginning of their address pattern."""

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self._by_start: dict[tuple[str, str], list[tuple[int, Waiver]]] = {}
        for position, waiver in enumerate(waivers):
            start = _literal_start(waiver.address)
            self._by_start.setdefault((waiver.action, start), []).append((position, waiver))
        self._lengths = sorted({len(start) for _, start in self._by_start})

    def matching(self, address: str, action: str) -> Iterator[Waiver]:
        """Yield the waivers that allow an action on an address, in the order of the allow-list."""
        candidates = [
            candidate
            for length in self._lengths
            if length <= len(address)
            for candidate in self._by_start.get((action, address[:length]), ())
        ]
        for _, waiver in sorted(candidates, key=lambda candidate: candidate[0]):
            if waiver.matches(address, action):
                yield waiver


class AddressIndex(Generic[T]):
    """Values by address, in the order in which they were given."""

    def __init__(self, values: Sequence[tuple[str, T]]) -> None:
        self._values = values
        self._sorted = sorted((address, position) for position, (address, _) in enumerate(values))

    def matching(self, waiver: Waiver) -> Iterator[T]:
        """Yield the values whose address matches the pattern of a waiver."""
        start = _literal_start(waiver.address)
        positions = []
        for place in range(bisect_left(self._sorted, (start, 0)), len(self._sorted)):
            address, position = self._sorted[place]
            if not address.startswith(start):
                break
            if waiver.matches(address, waiver.action):
                positions.append(position)
        for position in sorted(positions):
            yield self._values[position][1]

    def suggest(self, address: str) -> str | None:
        """Return the address most similar to `address`; None if no address is similar.

        Of many addresses, only the nearest in alphabetical order are compared: most misspelt
        addresses have a correct beginning.
        """
        place = bisect_left(self._sorted, (address, 0))
        first = max(0, min(place - NEIGHBOURS // 2, len(self._sorted) - NEIGHBOURS))
        near = self._sorted[first : first + NEIGHBOURS]
        return suggest(address, [other for other, _ in near], cutoff=0.7)


def _literal_start(pattern: str) -> str:
    """Return the part of an address pattern before its first wildcard."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]
