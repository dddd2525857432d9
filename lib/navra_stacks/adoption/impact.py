"""What the first apply would do to what exists, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from navra_stacks.adoption.live_values import Schema, is_told_by_aws_alone
from navra_stacks.settings.model.credentials import credentials_in, is_credential
from navra_stacks.terraform.plan import Change, Plan, spelled

__all__ = ["Effect", "Field", "effects_of"]

TERRAFORM_ONLY = frozenset(
    """allow_overwrite apply_immediately delete_automated_backups final_snapshot_identifier
    force_delete force_destroy force_detach_policies force_new_deployment
    recovery_window_in_days revoke_rules_on_delete sigint_rollback skip_destroy
    skip_final_snapshot timeouts track_latest wait_for_steady_state""".split()
)
"""Arguments that tell Terraform how to act and that AWS does not have, so an import lacks them."""

TAGS = ("tags", "tags_all")
LONGEST = 100
HIDDEN = "(not shown)"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that would be different."""

    place: str
    """Where: ``health_check[0].path``."""

    told: str
    """What is, and what will be: ``"/" -> "/up"``; a value that is secret is not shown."""

    is_live: bool = True
    """Whether something in AWS would be different. If not, it only tells Terraform how to act, or
    is nothing written otherwise, or what AWS makes of the rest."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the first apply would do to one resource."""

    address: str

    kind: str
    """``none``, ``in place``, ``replaced`` or ``created``; ``deleted`` where nothing takes its
    place."""

    fields: tuple[Field, ...] = ()
    """What would be different, where it is changed or replaced."""

    forced_by: tuple[str, ...] = ()
    """The arguments that force a replacement."""


def effects_of(plan: Plan, schema: Schema) -> tuple[Effect, ...]:
    """What a plan would do to each resource, by address."""
    effects = (_effect(change, schema) for change in plan.changes)
    return tuple(sorted(effects, key=lambda one: one.address))


def _effect(change: Change, schema: Schema) -> Effect:
    if change.is_nothing:
        return Effect(change.address, "none")
    if change.actions == ("create",):
        return Effect(change.address, "created")
    if change.is_replacement or change.deletes:
        kind = "replaced" if change.is_replacement else "deleted"
        forced = tuple(dict.fromkeys(map(spelled, change.replace_paths)))
        return Effect(change.address, kind, tuple(_fields(change, schema)), forced)
    return Effect(change.address, "in place", tuple(_fields(change, schema)))


def _fields(change: Change, schema: Schema) -> Iterator[Field]:
    for place, before, after in change.differences:
        argument = str(place[0])
        if argument in TAGS:
            continue
        may_show = change.may_show(place)
        told = _change(change, argument, before, after) if may_show else HIDDEN
        follows = after is ... and is_told_by_aws_alone(schema, change.type, argument)
        nothing = _is_empty(before) and _is_empty(after)
        is_live = argument not in TERRAFORM_ONLY and not follows and not nothing
        yield Field(spelled(place), told, is_live)
    # Last, since they change nothing that runs.
    for name in TAGS:
        before, after = change.before.get(name), change.after.get(name)
        if change.after_unknown.get(name) is True:
            yield Field(name, "(known after apply)")
        elif (before or {}) != (after or {}):
            yield Field(name, _tags(before or {}, after or {}))


def _is_empty(value: Any) -> bool:
    """Whether it is nothing: `null`, an empty text, list or object, which mean the same here."""
    return value is None or value in ("", [], {})


def _tags(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    told = [f"+ {key}={_hidden(key, value)}" for key, value in after.items() if key not in before]
    told += [
        f"{key}: {_hidden(key, before[key])} -> {_hidden(key, value)}"
        for key, value in after.items()
        if key in before and before[key] != value
    ]
    told += [f"- {key}={_hidden(key, value)}" for key, value in before.items() if key not in after]
    return ", ".join(told)


def _hidden(key: str, value: Any) -> str:
    return HIDDEN if is_credential(str(value), name=key) else str(value)


def _change(change: Change, argument: str, before: Any, after: Any) -> str:
    old, new = _parsed(before), _parsed(after)
    if isinstance(old, dict | list) and isinstance(new, dict | list):
        # Two texts of JSON: where they differ, rather than both.
        within = replace(change, before={"": old}, after={"": new}, after_unknown={})
        parts = [
            f"{spelled(place[1:]) or 'all of it'}: {_shown(str(place[-1]), a)} -> "
            f"{_shown(str(place[-1]), b)}"
            for place, a, b in within.differences
        ]
        return "; ".join(parts) or "only written otherwise"
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
    if any(credentials_in(value, name=name)):
        return HIDDEN
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
