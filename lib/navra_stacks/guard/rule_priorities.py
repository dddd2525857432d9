"""Detect changes of listener rules that AWS rejects, because another rule has the priority.

A priority is changed in place, with one request for each rule. Each request fails with
``PriorityInUse`` as long as another rule of the listener has the priority, and Terraform makes the
requests in any order.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html
"""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.guard.plan_index import RULE_TYPES, PlanIndex
from navra_stacks.terraform.plan import Change

__all__ = ["priority_conflicts"]


def priority_conflicts(change: Change, index: PlanIndex) -> Iterator[str]:
    """Yield why AWS rejects the priority that a change gives to a listener rule.

    Nothing is yielded if no rule of the listener has the priority before the apply, or if the same
    apply creates the listener.

    Args:
        change: A change that creates, replaces or updates a resource.
        index: The index of the plan with `change`.
    """
    priority, listener = change.after.get("priority"), change.after.get("listener_arn")
    if (
        change.type not in RULE_TYPES
        or not isinstance(priority, int)
        or not isinstance(listener, str)
        or ("update" in change.actions and change.before.get("priority") == priority)
    ):
        return
    rejected = f"AWS rejects priority {priority} with PriorityInUse"
    holders = index.rules_with_priority(listener, priority)
    if change.actions == ("create", "delete") and any(holder is change for holder in holders):
        yield (
            f"{rejected}, because the old rule has it until it is deleted; remove "
            "`create_before_destroy`, or change the priority as well"
        )
    for other in holders:
        if other is change:
            continue
        swapped = (
            "update" in change.actions
            and "update" in other.actions
            and other.after.get("priority") == change.before.get("priority")
        )
        if swapped:
            yield (
                f"{rejected} in every apply, because {other.address} has it and the two rules swap "
                "their priorities; first apply one of them with a priority that no rule has"
            )
        elif other.after.get("priority") == priority:
            yield (
                f"{rejected} in every apply, because {other.address} has it; use a priority that "
                "no rule has"
            )
        else:
            yield (
                f"{rejected} as long as {other.address} has it; first apply with a priority that "
                "no rule has, or apply again after the failure"
            )
