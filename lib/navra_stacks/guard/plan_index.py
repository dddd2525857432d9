"""Indexes of a plan's changes, for effects that depend on other changes of the plan.

Each index is built once, on first use. Searching all changes for each change would take minutes for
a plan with tens of thousands of changes.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

from navra_stacks.guard.takeover_types import TAKEOVERS
from navra_stacks.terraform.expressions import strings
from navra_stacks.terraform.plan import Change, Plan

__all__ = ["RULE_TYPES", "PlanIndex", "names_of_revision"]

RULE_TYPES = ("aws_alb_listener_rule", "aws_lb_listener_rule")
"""The types of listener rules."""

_OWNER_TYPES = frozenset(takeover.owner_type for takeover in TAKEOVERS.values())


class PlanIndex:
    """The changes of a plan by what others look up."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def unchanged(self) -> frozenset[str]:
        """The addresses of the resources that the plan does not change."""
        return frozenset(change.address for change in self.plan.changes if change.is_no_op)

    def rules_with_priority(self, listener: str, priority: int) -> Sequence[Change]:
        """Return the listener rules that have a priority before the apply, in the plan's order."""
        return self._rules.get((listener, priority), ())

    def creates(self, type_: str, value: Any) -> bool:
        """Return True if the plan creates an owner of this type with `value` as an argument.

        Only types that own what a takeover replaces are known.
        """
        return (type_, _key(value)) in self._created

    def users_of_revision(self, change: Change) -> list[str]:
        """Return the sorted addresses of the other resources that refer to a task definition.

        Args:
            change: The change of the task definition, which deletes its revision.
        """
        positions = {
            position for name in names_of_revision(change) for position in self._users.get(name, ())
        }
        users = (self.plan.changes[position].address for position in positions)
        return sorted(user for user in users if user != change.address)

    @cached_property
    def _rules(self) -> Mapping[tuple[str, float], list[Change]]:
        found: dict[tuple[str, float], list[Change]] = {}
        for change in self.plan.changes:
            listener, priority = change.before.get("listener_arn"), change.before.get("priority")
            if (
                change.type in RULE_TYPES
                and isinstance(listener, str)
                and isinstance(priority, int | float)
            ):
                found.setdefault((listener, priority), []).append(change)
        return found

    @cached_property
    def _created(self) -> frozenset[tuple[str, Hashable]]:
        return frozenset(
            (change.type, _key(value))
            for change in self.plan.changes
            if change.type in _OWNER_TYPES and "create" in change.actions
            for value in change.after.values()
        )

    @cached_property
    def _users(self) -> Mapping[str, list[int]]:
        """The positions of the changes that contain a name of a deleted revision, by that name."""
        found: dict[str, list[int]] = {
            name: []
            for change in self.plan.changes
            if change.type == "aws_ecs_task_definition"
            and not {"delete", "forget"}.isdisjoint(change.actions)
            for name in names_of_revision(change)
        }
        for position, change in enumerate(self.plan.changes) if found else ():
            for text in strings(change.after):
                if text in found:
                    found[text].append(position)
        return found


def names_of_revision(change: Change) -> frozenset[str]:
    """Return the names by which a resource can refer to the present revision of a task definition.

    Args:
        change: The change of the task definition.
    """
    arn = change.before.get("arn")
    family = f"{change.before.get('family')}:{change.before.get('revision')}"
    return frozenset({family} | ({arn} if isinstance(arn, str) else set()))


def _key(value: Any) -> Hashable:
    """Return a key that equals that of an equal JSON value."""
    if isinstance(value, list | dict):
        return "JSON", json.dumps(value, sort_keys=True)
    return value  # type: ignore[no-any-return]
