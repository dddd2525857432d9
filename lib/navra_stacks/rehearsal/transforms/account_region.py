"""Where a document is applied: its account and its Region."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator.client import ACCOUNT
from navra_stacks.terraform.provider_override import DEFAULT_REGION

__all__ = ["PlaceError", "account_of", "defaults", "region_of"]

_REFERENCE = re.compile(r"\$\{(local|var)\.([\w-]+)\}")
_NEEDS_TO_KNOW = (
    "needs to know it beforehand; give the variable that it comes from by --var, or rehearse a "
    "copy of the document in which it is written out"
)


class PlaceError(NavraError):
    """A document's provider is for a Region or an account that cannot be known beforehand."""


def _provider(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = (document.get("provider") or {}).get("aws") or {}
    every = found if isinstance(found, list) else [found]
    return next((one for one in every if "alias" not in one), {})


def region_of(document: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The Region of the provider that has no alias.

    Raises:
        PlaceError: only an apply tells it.
    """
    asked = _provider(document).get("region")
    found = str(_resolved(asked, document, values) or DEFAULT_REGION)
    if "${" in found:
        raise PlaceError(f"the Region of provider aws is {found}: a rehearsal {_NEEDS_TO_KNOW}")
    return found


def account_of(document: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The account for which that provider is meant, of several the first; else one of no one's.

    Raises:
        PlaceError: it is no account's id, or only an apply tells it.
    """
    allowed = _resolved(_provider(document).get("allowed_account_ids"), document, values)
    first = next(iter(allowed), None) if isinstance(allowed, list) else allowed
    found = str(_resolved(first, document, values) or ACCOUNT)
    if re.fullmatch(r"\d{12}", found) is None:
        raise PlaceError(
            f"allowed_account_ids of provider aws is {found}, no account's id: a rehearsal "
            f"{_NEEDS_TO_KNOW}"
        )
    return found


def defaults(document: Mapping[str, Any]) -> dict[str, Any]:
    """The variables' own values."""
    declared = document.get("variable") or {}
    return {name: about["default"] for name, about in declared.items() if "default" in about}


def _resolved(value: Any, document: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """`value`, or that of the variable or local value that it is."""
    # Each is taken once: what goes round in a circle is nothing.
    known = {
        "local": dict(document.get("locals") or {}),
        "var": defaults(document) | dict(values),
    }
    while isinstance(value, str) and (asked := _REFERENCE.fullmatch(value)) is not None:
        value = known[asked[1]].pop(asked[2], None)
    return value
