"""The effects of a first apply on existing resources, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from navra_stacks.adoption.live_values import (
    TERRAFORM_ONLY,
    Schema,
    is_computed_only,
    is_empty,
)
from navra_stacks.adoption.traffic_effects import traffic_effects
from navra_stacks.settings.model.credentials import find_credentials, is_credential
from navra_stacks.terraform.equivalent_values import is_other_notation
from navra_stacks.terraform.plan import Change, Plan, format_path

__all__ = ["TAGS", "Effect", "FieldChange", "effects_of"]

TAGS = ("tags", "tags_all")
"""The arguments with the tags of a resource."""

MAX_LENGTH = 100
HIDDEN = "(not shown)"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A difference between an existing resource and the plan."""

    path: str
    """The path of the field, for example ``health_check[0].path``."""

    change: str
    """The old and the new value, for example ``"/" -> "/up"``. Secret values are hidden."""

    affects_aws: bool = True
    """True if a value in AWS changes. False for an argument that only controls Terraform, for two
    notations of one value, and for a value that AWS derives from other values.
    """

    traffic: str = ""
    """The effect of the change on running traffic, for example ``ECS starts a deployment``; empty
    if there is none.
    """

    is_default: bool = False
    """True if the provider's default becomes the value of an argument that has no live value and is
    not in the document.
    """


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of the first apply on one resource."""

    address: str

    kind: str
    """``none``, ``in place``, ``replaced``, ``created``, or ``deleted`` without replacement."""

    fields: tuple[FieldChange, ...] = ()
    """The changed fields of a resource that is updated or replaced."""

    forced_by: tuple[str, ...] = ()
    """The arguments that force a replacement."""

    @property
    def kind_with_cause(self) -> str:
        """The kind, with the arguments that force it, for example ``replaced, forced by name``."""
        forced = f", forced by {', '.join(self.forced_by)}" if self.forced_by else ""
        return f"{self.kind}{forced}"


def effects_of(
    plan: Plan, schema: Schema, document: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Effect, ...]:
    """Return the effect of a plan on each resource, sorted by address.

    Args:
        plan: The plan.
        schema: The provider's schema.
        document: The planned document, which shows the arguments that only the provider sets.
    """
    effects = (_effect(change, schema, document) for change in plan.changes)
    return tuple(sorted(effects, key=lambda effect: effect.address))


def _effect(change: Change, schema: Schema, document: Mapping[str, Any]) -> Effect:
    name = change.address.partition(".")[2].partition("[")[0]
    body = document.get("resource", {}).get(change.type, {}).get(name)
    if change.is_no_op:
        return Effect(change.address, "none")
    if change.actions == ("create",):
        return Effect(change.address, "created")
    if change.is_replacement or change.deletes:
        kind = "replaced" if change.is_replacement else "deleted"
        forced = tuple(dict.fromkeys(map(format_path, change.replace_paths)))
        return Effect(change.address, kind, tuple(_fields(change, schema, body)), forced)
    return Effect(change.address, "in place", tuple(_fields(change, schema, body)))


def _fields(
    change: Change, schema: Schema, body: Mapping[str, Any] | None
) -> Iterator[FieldChange]:
    traffic = {} if change.deletes else traffic_effects(change)
    for path, before, after in change.differences:
        argument = str(path[0])
        if argument in TAGS:
            continue
        can_show = change.can_show(path)
        description = _describe_change(change, argument, before, after) if can_show else HIDDEN
        is_computed = after is ... and is_computed_only(schema, change.type, argument)
        is_same = (is_empty(before) and is_empty(after)) or is_other_notation(change, argument)
        affects_aws = argument not in TERRAFORM_ONLY and not is_computed and not is_same
        # An effect may be one on a whole list, of which this difference is an entry.
        ends = range(len(path), -1, -1) if affects_aws else ()
        effect = next((traffic[path[:end]] for end in ends if path[:end] in traffic), "")
        is_default = before is None and body is not None and argument not in body
        yield FieldChange(format_path(path), description, affects_aws, effect, is_default)
    # Tags come last, because they do not affect running workloads.
    for name in TAGS:
        before, after = change.before.get(name), change.after.get(name)
        if change.after_unknown.get(name) is True:
            yield FieldChange(name, "(known after apply)")
        elif (before or {}) != (after or {}):
            yield FieldChange(name, _describe_tags(before or {}, after or {}))


def _describe_tags(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    parts = [f"+ {key}={_hidden(key, value)}" for key, value in after.items() if key not in before]
    parts += [
        f"{key}: {_hidden(key, before[key])} -> {_hidden(key, value)}"
        for key, value in after.items()
        if key in before and before[key] != value
    ]
    parts += [f"- {key}={_hidden(key, value)}" for key, value in before.items() if key not in after]
    return ", ".join(parts)


def _hidden(key: str, value: Any) -> str:
    return HIDDEN if is_credential(str(value), name=key) else str(value)


def _describe_change(change: Change, argument: str, before: Any, after: Any) -> str:
    old, new = _parsed(before), _parsed(after)
    if isinstance(old, dict | list) and isinstance(new, dict | list):
        # For two JSON strings, show their differences instead of both strings.
        within = replace(change, before={"": old}, after={"": new}, after_unknown={})
        parts = [
            f"{format_path(path[1:]) or '(whole value)'}: {_shown(str(path[-1]), a)} -> "
            f"{_shown(str(path[-1]), b)}"
            for path, a, b in within.differences
        ]
        return "; ".join(parts) or "only the formatting differs"
    return f"{_shown(argument, before)} -> {_shown(argument, after)}"


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _shown(name: str, value: Any) -> str:
    if value is ...:
        return "(known after apply)"
    if value is None:
        return "absent"
    if any(find_credentials(value, name=name)):
        return HIDDEN
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 3]}..."
