"""The words in which a refusal says what a plan would do, and why Terraform would do it."""

from __future__ import annotations

import json
from typing import Any

from navra_stacks.terraform.plan import Change, Place, spelled

__all__ = ["REASONS", "argument", "reason"]

REASONS = {
    "delete_because_count_index": "its index is beyond `count`",
    "delete_because_each_key": "its key is no longer in `for_each`",
    "delete_because_enabled_false": "`enabled` is false",
    "delete_because_no_module": "its module is no longer in the configuration",
    "delete_because_no_move_target": "a `moved` block names it, and the configuration does not",
    "delete_because_no_resource_config": "it is no longer in the configuration",
    "delete_because_wrong_repetition": "`count` or `for_each` was added or removed",
    "replace_because_tainted": "it is tainted",
    "replace_by_request": "-replace asks for it",
    "replace_by_triggers": "its `replace_triggered_by` fired",
}
"""Terraform's and OpenTofu's `action_reason`, in words."""

LONGEST = 60


def reason(change: Change) -> str | None:
    """Why Terraform deletes or replaces, other than by an argument; None where it is by one."""
    if change.deposed is not None:
        return f"an earlier replacement left it behind (deposed {change.deposed})"
    if change.reason in REASONS:
        return REASONS[change.reason]
    if change.replace_paths and "create" in change.actions:
        return None
    return change.reason or "Terraform gives no reason, as in a plan that destroys everything"


def argument(change: Change, place: Place) -> str:
    """An argument, with what it is and would be where that is short and may be shown."""
    name = spelled(place)
    if not change.may_show(place):
        return f"{name} (its values are not shown)"
    before, after = _at(change.before, place), _at(change.after, place)
    if _is_unknown(change.after_unknown, place):
        return f"{name} (only the apply tells its value)"
    # Of a list or a block the name says enough, and of a long text.
    if before == after or not (_is_short(before) and _is_short(after)):
        return name
    return f"{name} ({_shown(before)} -> {_shown(after)})"


def _at(value: Any, place: Place) -> Any:
    for part in place:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _is_unknown(marks: Any, place: Place) -> bool:
    for part in place:
        if marks is True:
            return True
        marks = _at(marks, (part,))
    return marks is True


def _is_short(value: Any) -> bool:
    return not isinstance(value, list | dict) and len(_shown(value)) <= LONGEST


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
