"""The account and the Region in which a document is rehearsed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator.client import ACCOUNT
from navra_stacks.terraform.provider_override import DEFAULT_REGION

__all__ = ["AccountRegionError", "provider_account", "provider_region", "variable_defaults"]

_REFERENCE = re.compile(r"\$\{(local|var)\.([\w-]+)\}")
_ACCOUNT_OF_ARN = re.compile(r"\barn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}):")
_REPAIR = (
    "a rehearsal needs the value before the apply; if the value depends on a variable, set the "
    "variable with --var; otherwise rehearse a copy of the document with a literal value"
)


class AccountRegionError(NavraError):
    """The account or Region of the provider is invalid, or is not known before the apply."""


def _default_provider(document: Mapping[str, Any]) -> Mapping[str, Any]:
    providers = document.get("provider", {}).get("aws", [])
    return next((provider for provider in providers if "alias" not in provider), {})


def provider_region(document: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return the Region of the AWS provider block that has no alias; by default, us-east-1.

    Args:
        document: Terraform JSON.
        values: The values of the document's variables.

    Raises:
        AccountRegionError: the Region is not known before the apply.
    """
    region = _default_provider(document).get("region")
    found = str(_resolve(region, document, values) or DEFAULT_REGION)
    if "${" in found:
        raise AccountRegionError(f"the Region of provider aws is {found}: {_REPAIR}")
    return found


def provider_account(document: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return the first of the `allowed_account_ids` in the AWS provider block that has no alias.

    If the block has no `allowed_account_ids`, return the account of the ARNs in the document if all
    of them have the same account, otherwise the default account of the emulator.

    Args:
        document: Terraform JSON.
        values: The values of the document's variables.

    Raises:
        AccountRegionError: the account does not have 12 digits, or is not known before the apply.
    """
    allowed = _resolve(_default_provider(document).get("allowed_account_ids"), document, values)
    first = next(iter(allowed), None) if isinstance(allowed, list) else allowed
    found = str(_resolve(first, document, values) or _account_of_arns(document, values) or ACCOUNT)
    if re.fullmatch(r"\d{12}", found) is None:
        raise AccountRegionError(
            f"allowed_account_ids of provider aws is {found}, not an AWS account id of 12 digits: "
            + _REPAIR
        )
    return found


def _account_of_arns(document: Mapping[str, Any], values: Mapping[str, Any]) -> str | None:
    parts = [document.get(kind) for kind in ("resource", "data", "variable", "locals")]
    accounts = set(_ACCOUNT_OF_ARN.findall(json.dumps([*parts, dict(values)])))
    return accounts.pop() if len(accounts) == 1 else None


def variable_defaults(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default values of the document's variables."""
    variables = document.get("variable") or {}
    return {
        name: variable["default"] for name, variable in variables.items() if "default" in variable
    }


def _resolve(value: Any, document: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """Return a value, resolved if it is a reference to a variable or a local value."""
    # Each value is removed when it is used, so a circular reference resolves to None.
    known = {
        "local": dict(document.get("locals") or {}),
        "var": variable_defaults(document) | dict(values),
    }
    while isinstance(value, str) and (reference := _REFERENCE.fullmatch(value)) is not None:
        value = known[reference[1]].pop(reference[2], None)
    return value
