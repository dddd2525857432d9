"""Detect changes that expose a resource, grant everything, or route traffic elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.guard.allowed_traffic import Permission, opened, rule_permissions
from navra_stacks.guard.argument_values import (
    by_type,
    difference_at,
    entry_keys,
    leaves,
    objects,
)
from navra_stacks.guard.exposing_arguments import (
    ADMINISTRATOR_POLICIES,
    EXPOSING,
    EXPOSING_EVERYWHERE,
    LOOSENING,
    REROUTING,
)
from navra_stacks.guard.policy_statements import exposing_statements
from navra_stacks.guard.protective_arguments import ENTRIES
from navra_stacks.terraform.equivalent_values import is_other_notation
from navra_stacks.terraform.plan import AttributePath, Change

__all__ = ["exposures"]

_EXPOSING = by_type(EXPOSING)
_LOOSENING = by_type(LOOSENING)
_REROUTING = by_type(REROUTING)

_ADMINISTRATOR = re.compile(
    rf"arn:[\w-]+:iam::aws:policy/(?:[\w-]+/)*(?:{'|'.join(ADMINISTRATOR_POLICIES)})"
)


def exposures(change: Change) -> Iterator[tuple[AttributePath, str]]:
    """Yield the path of each argument whose new value is an exposure, and the reason.

    A value that the resource already has is not an exposure of the change, so that a creation has
    all exposures of the new resource.
    """
    update = "update" in change.actions
    yield from _exposing_values(change, update)
    yield from _exposing_policies(change)
    if opening := list(
        opened(*(_incoming(change.type, it) for it in (change.before, change.after)))
    ):
        yield _traffic_path(change, opening)
    if update:
        yield from _rerouted(change)


def _exposing_values(change: Change, update: bool) -> Iterator[tuple[AttributePath, str]]:
    table = _EXPOSING.get(change.type, {})
    if update:
        table = {**table, **_LOOSENING.get(change.type, {})}
    existing = {
        (_name(path), repr(value)) for path, value in leaves(change.before) if _is_known(value)
    }
    for path, value in leaves(change.after):
        name = _name(path)
        if not _is_known(value) or (name, repr(value)) in existing:
            continue
        last = name.rpartition(".")[2]
        values, effect = table.get(name) or EXPOSING_EVERYWHERE.get(last) or ((), None)
        if effect is not None and value in values:
            yield path, effect.why
        elif (
            isinstance(value, str)
            and last != "permissions_boundary"
            and _ADMINISTRATOR.fullmatch(value)
        ):
            yield path, f"it grants the permissions of {value.rpartition('/')[2]}"


def _exposing_policies(change: Change) -> Iterator[tuple[AttributePath, str]]:
    existing = {
        statement
        for _, value in leaves(change.before)
        if isinstance(value, str)
        for statement, _ in exposing_statements(value)
    }
    for path, value in leaves(change.after):
        if isinstance(value, str):
            for statement, why in exposing_statements(value):
                if statement not in existing:
                    yield path, why


def _incoming(type_: str, values: Mapping[str, Any]) -> list[Permission]:
    """Return the permissions for incoming traffic of a resource."""
    match type_:
        case "aws_security_group" | "aws_default_security_group":
            return rule_permissions(objects(values.get("ingress")))
        case "aws_vpc_security_group_ingress_rule":
            return rule_permissions([values])
        case "aws_security_group_rule" if values.get("type") == "ingress":
            return rule_permissions([values])
        case _:
            return []


def _traffic_path(change: Change, opening: list[str]) -> tuple[AttributePath, str]:
    names = "ingress cidr_blocks ipv6_cidr_blocks cidr_ipv4 cidr_ipv6".split()
    # If only the ports change, the path is one of theirs.
    names += "from_port to_port protocol ip_protocol".split()
    differences = (difference_at(change, name) for name in names)
    path = next((found[0] for found in differences if found is not None), ())
    shown = ", ".join(opening) if all(change.can_show((name,)) for name in names) else "a port"
    return path, f"it opens {shown} to everybody"


def _rerouted(change: Change) -> Iterator[tuple[AttributePath, str]]:
    for name, effect in _REROUTING.get(change.type, {}).items():
        if (difference := difference_at(change, name)) is None:
            continue
        path = difference[0]
        if is_other_notation(change, name):
            continue
        if (entries := ENTRIES.get((change.type, name))) is not None:
            # Added and removed entries are not changed ones.
            before, after = (
                {key: repr(entry) for key, entry in entry_keys(it.get(name), entries.keys)}
                for it in (change.before, change.after)
            )
            changed = sorted(
                key for key in before.keys() & after.keys() if before[key] != after[key]
            )
            if not changed:
                continue
            shown = f": {', '.join(changed)}" if change.can_show((name,)) else ""
            yield path, f"{effect.why}{shown}"
        else:
            yield path, effect.why


def _name(path: AttributePath) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _is_known(value: Any) -> bool:
    return isinstance(value, str | bool)
