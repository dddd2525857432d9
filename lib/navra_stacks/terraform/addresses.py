"""Addresses of resources, and patterns for addresses and other names."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

__all__ = ["matches_wildcards", "without_indexes"]

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
"""The index of a resource or module in an address."""


def without_indexes(address: str) -> str:
    """Return an address without the indexes of ``count`` and ``for_each``."""
    return _INDEX.sub("", address)


def matches_wildcards(text: str, pattern: str) -> bool:
    """Return True if a pattern matches a text: ``*`` is any text, and ``?`` is one character.

    Brackets are literal, because those of an address contain an index.
    """
    return fnmatchcase(text, pattern.replace("[", "[[]"))
