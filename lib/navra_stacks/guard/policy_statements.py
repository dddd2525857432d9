"""Find the statements of a policy that allow access to everybody, or that allow everything."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.guard.exposing_arguments import RESTRICTING_CONDITIONS

__all__ = ["exposing_statements"]

_NEGATIONS = ("not", "null")
"""Parts of the names of condition operators that exclude values instead of listing them."""


def exposing_statements(policy: str) -> Iterator[tuple[str, str]]:
    """Yield the statements that expose what the policy protects: each as JSON, and its effect.

    Nothing is yielded if `policy` is not the JSON of a policy.

    Args:
        policy: The policy as a JSON document.
    """
    for statement in _statements(policy):
        if statement.get("Effect") != "Allow":
            continue
        canonical = json.dumps(statement, sort_keys=True)
        if "Principal" in statement or "NotPrincipal" in statement:
            if _is_for_everybody(statement) and not _is_restricted(statement.get("Condition")):
                yield canonical, "a policy statement allows access to everybody"
        elif _contains_all(statement.get("Action")) and _contains_all(statement.get("Resource")):
            yield canonical, "a policy statement allows all actions on all resources"


def _statements(policy: str) -> Iterator[Mapping[str, Any]]:
    if not policy.lstrip().startswith("{") or '"Statement"' not in policy:
        return
    try:
        document = json.loads(policy)
    except (RecursionError, ValueError):
        return
    written = document.get("Statement")
    for statement in written if isinstance(written, list) else [written]:
        if isinstance(statement, dict):
            yield statement


def _is_for_everybody(statement: Mapping[str, Any]) -> bool:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    if "NotPrincipal" in statement:
        return True
    principal = statement["Principal"]
    if isinstance(principal, dict):
        return any(_contains_all(principal.get(kind)) for kind in ("AWS", "*"))
    return _contains_all(principal)


def _is_restricted(condition: Any) -> bool:
    """Return True if a condition limits the statement to some accounts, networks or resources."""
    return isinstance(condition, dict) and any(
        isinstance(key, str)
        and key.lower() in RESTRICTING_CONDITIONS
        and not any(part in operator.lower() for part in _NEGATIONS)
        and not any(map(_is_anything, _as_list(values)))
        for operator, keys in condition.items()
        if isinstance(keys, dict)
        for key, values in keys.items()
    )


def _is_anything(value: Any) -> bool:
    """Return True if a value of a condition matches everything."""
    try:
        return ipaddress.ip_network(str(value), strict=False).prefixlen == 0
    except ValueError:
        return set(str(value)) <= {"*"}


def _contains_all(value: Any) -> bool:
    return any(item in ("*", "*:*") for item in _as_list(value))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
