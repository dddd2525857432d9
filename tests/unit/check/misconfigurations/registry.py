"""Register a misconfiguration with the finding that is expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.unit.check.draft import Draft


class Misconfiguration(NamedTuple):
    """One edit of a document, and the finding that is expected."""

    name: str
    rule: str
    apply: Callable[[Draft], str]
    """Edits the document, and returns the address of the resource that must change."""

    stack: str
    """``application``, or ``state`` for the stack of the state bucket."""


MISCONFIGURATIONS: list[Misconfiguration] = []


def finds(
    rule: str, stack: str = "application"
) -> Callable[[Callable[[Draft], str]], Callable[[Draft], str]]:
    def register(apply: Callable[[Draft], str]) -> Callable[[Draft], str]:
        MISCONFIGURATIONS.append(
            Misconfiguration(apply.__name__.replace("_", " "), rule, apply, stack)
        )
        return apply

    return register
