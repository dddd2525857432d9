"""Check the arguments that Terraform itself defines for resources and data sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.check.schema.problem import (
    NOUNS,
    Problem,
    is_expression,
    quoted,
    similar,
    typed,
)
from navra_stacks.check.schema.provider_schema import Structure

__all__ = ["META_ARGUMENTS", "meta_problems"]

META_ARGUMENTS: Mapping[str, frozenset[str]] = {
    "data": frozenset({"count", "depends_on", "for_each", "lifecycle", "provider"}),
    "provider": frozenset({"alias", "version"}),
    "resource": frozenset(
        {
            "connection",
            "count",
            "depends_on",
            "for_each",
            "lifecycle",
            "provider",
            "provisioner",
        }
    ),
}
"""The meta-arguments of each kind of block, besides ``dynamic`` and the comment ``//``."""

_LIFECYCLE: Mapping[str, frozenset[str]] = {
    "data": frozenset({"postcondition", "precondition"}),
    "resource": frozenset(
        {
            "action_trigger",
            "create_before_destroy",
            "enabled",  # OpenTofu
            "ignore_changes",
            "postcondition",
            "precondition",
            "prevent_destroy",
            "replace_triggered_by",
        }
    ),
}
_NAME = re.compile(r"[A-Za-z_][\w-]*")


def meta_problems(kind: str, body: Mapping[str, Any], structure: Structure) -> Iterator[Problem]:
    """Yield the problems of the meta-arguments of a resource or data source.

    Args:
        kind: ``resource`` or ``data``.
        body: The body of the resource or data source.
        structure: The arguments of the type, which `ignore_changes` names.
    """
    count, for_each = body.get("count"), body.get("for_each")
    if count is not None and for_each is not None:
        message = "Terraform accepts count or for_each, not both"
        yield Problem("for_each", message, "remove one of them")
    if count is not None and not is_expression(count):
        is_count = isinstance(count, (int, str)) and not isinstance(count, bool)
        if not is_count or not str(count).isdecimal():
            message = f"it must be a number of 0 or more, not the {typed(count)}"
            yield Problem("count", message, "set it to a number")
    if for_each is not None and not isinstance(for_each, dict) and not is_expression(for_each):
        yield Problem(
            "for_each",
            f"it must be a map or a set of strings, not the {typed(for_each)}",
            "use an object, or the function toset()",
        )
    depends_on = body.get("depends_on")
    if depends_on is not None and not _is_list_of_strings(depends_on):
        message = f"it must be a list of addresses, not the {typed(depends_on)}"
        yield Problem("depends_on", message, "set it to a list of addresses")
    lifecycle = body.get("lifecycle")
    if isinstance(lifecycle, list) and len(lifecycle) > 1:
        yield Problem("lifecycle", "Terraform accepts 1 block lifecycle", "merge the blocks")
    elif lifecycle is not None:
        block = lifecycle[0] if isinstance(lifecycle, list) and lifecycle else lifecycle
        yield from _lifecycle(kind, block or {}, structure)


def _lifecycle(kind: str, block: Any, structure: Structure) -> Iterator[Problem]:
    if not isinstance(block, dict):
        message = f"it must be an object, not the {typed(block)}"
        yield Problem("lifecycle", message, "write the block as an object")
        return
    known = _LIFECYCLE[kind]
    for name in block:
        if name != "//" and name not in known:
            close = similar(name, known) or f"one of {', '.join(sorted(known))}"
            yield Problem(
                f"lifecycle.{name}",
                f"the lifecycle of a {NOUNS[kind]} has no argument {quoted(name)}",
                f"use {close}",
            )
    for name in ("create_before_destroy", "prevent_destroy"):
        value = block.get(name)
        if not isinstance(value, (bool, str, type(None))) or value == "":
            message = f"it must be a bool, not the {typed(value)}"
            yield Problem(f"lifecycle.{name}", message, "set it to true or false")
    ignored = block.get("ignore_changes")
    if ignored is not None and ignored != "all" and not _is_list_of_strings(ignored):
        message = f'it must be "all" or a list of arguments, not the {typed(ignored)}'
        yield Problem("lifecycle.ignore_changes", message, "set it to a list of arguments")
    for number, argument in enumerate(ignored if isinstance(ignored, list) else ()):
        found = _NAME.match(argument) if isinstance(argument, str) else None
        if found is None:
            continue
        name = found[0]
        if name not in structure.arguments and not structure.sets_attribute(name):
            suggestion = similar(name, structure.arguments)
            repair = f'use "{suggestion}"' if suggestion else f"remove {name}"
            if name == "all":
                repair = 'set ignore_changes to "all"'
            yield Problem(
                f"lifecycle.ignore_changes[{number}]",
                f"the resource has no argument {quoted(name)}",
                repair,
            )


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
