"""What the creation of a resource replaces or removes in AWS."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Takeover", "removed", "replaced"]


class Takeover(NamedTuple):
    """What the creation of a resource replaces or removes."""

    owner: str | None
    """The argument that names the owner of what is replaced, for example ``bucket``. None if the
    account has only one, or one in each Region."""

    owner_type: str | None
    """The Terraform type of the owner; None if no resource creates the owner."""

    loss: str
    """The effect on what exists."""

    source: str
    """The page that describes the effect."""

    condition: tuple[str, Any] | None = None
    """An argument and the value with which the creation has the effect; None: with any values."""


def replaced(what: str) -> str:
    """Return the loss if a creation replaces a configuration."""
    return f"an existing {what} would be replaced"


def removed(what: str) -> str:
    """Return the loss if a creation removes what the configuration does not contain."""
    return f"{what} that the configuration does not contain would be removed"
