"""Describe a change in a plan, and Terraform's reason for the change, for the guard's messages."""

from __future__ import annotations

import json
from typing import Any

from navra_stacks.terraform.plan import AttributePath, Change, format_path

__all__ = ["REASONS", "describe_argument", "describe_reason"]

REASONS = {
    "delete_because_count_index": "its index is not below `count`",
    "delete_because_each_key": "its key is no longer in `for_each`",
    "delete_because_enabled_false": "`enabled` is false",
    "delete_because_no_module": "its module is no longer in the configuration",
    "delete_because_no_move_target": "the target of a `moved` block is not in the configuration",
    "delete_because_no_resource_config": "it is no longer in the configuration",
    "delete_because_wrong_repetition": "`count` or `for_each` was added or removed",
    "replace_because_tainted": "it is tainted",
    "replace_by_request": "the option -replace requests the replacement",
    "replace_by_triggers": "a resource in its `replace_triggered_by` changes",
}
"""Texts for the values of `action_reason` in the plans of Terraform and OpenTofu.
``replace_because_cannot_update`` is not included, because a message then names the arguments that
force the replacement.
"""

MAX_LENGTH = 60
"""Maximum length of a value in a message, in characters. A longer value is omitted."""


def describe_reason(change: Change) -> str | None:
    """Return why Terraform deletes, forgets or replaces a resource.

    Return None if the reason is an argument that forces a replacement.
    """
    if change.deposed is not None:
        return f"it is left over from an earlier replacement (deposed {change.deposed})"
    if change.reason in REASONS:
        return REASONS[change.reason]
    if change.replace_paths and "create" in change.actions:
        return None
    return (
        change.reason or "Terraform reports no reason, for example because it destroys everything"
    )


def describe_argument(change: Change, path: AttributePath) -> str:
    """Return the name of an argument, and its old and new value if both are short and public."""
    name = format_path(path)
    if not change.can_show(path):
        return f"{name} (values hidden)"
    before, after = _value_at(change.before, path), _value_at(change.after, path)
    if _is_unknown(change.after_unknown, path):
        return f"{name} (known after apply)"
    # A list, a block or a long string would make the message unreadable.
    if before == after or not (_is_short(before) and _is_short(after)):
        return name
    return f"{name} ({_shown(before)} -> {_shown(after)})"


def _value_at(value: Any, path: AttributePath) -> Any:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _is_unknown(marks: Any, path: AttributePath) -> bool:
    for part in path:
        if marks is True:
            return True
        marks = _value_at(marks, (part,))
    return marks is True


def _is_short(value: Any) -> bool:
    return not isinstance(value, list | dict) and len(_shown(value)) <= MAX_LENGTH


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
