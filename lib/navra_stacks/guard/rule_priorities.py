"""Detect changes of listener rules that AWS rejects, because another rule has the priority.

A priority is changed in place, with one request for each rule. Each request fails with
``PriorityInUse`` as long as another rule of the listener has the priority, and Terraform makes the
requests in any order.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html
"""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.terraform.plan import AttributePath, Change, Plan

__all__ = ["priority_conflicts"]

_TYPES = ("aws_alb_listener_rule", "aws_lb_listener_rule")

_PATH: AttributePath = ("priority",)


def priority_conflicts(change: Change, plan: Plan) -> Iterator[tuple[AttributePath, str, str]]:
    """Yield a path, an effect and the reason if a listener rule gets the priority of another one.

    Args:
        change: A change that creates, replaces or updates a resource.
        plan: The plan with `change`.
    """
    if change.type not in _TYPES or not isinstance(change.after.get("priority"), int):
        return
    listener, priority = change.after.get("listener_arn"), change.after["priority"]
    if not isinstance(listener, str):
        return  # the same apply creates the listener
    if change.actions == ("create", "delete") and _holds(change, listener, priority):
        yield (
            _PATH,
            f"priority {priority} is in use by the rule that is replaced",
            "AWS rejects the new rule until the old one is deleted; remove "
            "`create_before_destroy`, or change the priority as well",
        )
        return
    if "update" in change.actions and change.before.get("priority") == priority:
        return
    for other in plan.changes:
        if other is change or not _holds(other, listener, priority):
            continue
        yield (
            _PATH,
            f"priority {priority} is in use by {other.address}",
            f"AWS rejects the change with PriorityInUse{_outlook(change, other)}",
        )


def _holds(change: Change, listener: str, priority: int) -> bool:
    """Return True if a rule has a priority before the apply."""
    before = change.before
    return (
        change.type in _TYPES
        and before.get("listener_arn") == listener
        and before.get("priority") == priority
    )


def _outlook(change: Change, other: Change) -> str:
    """Return whether the conflict can end, and the way out."""
    swapped = (
        "update" in other.actions
        and other.after.get("priority") == change.before.get("priority")
        and "update" in change.actions
    )
    if swapped:
        return (
            " in every apply, because the two rules swap their priorities; first apply one of them "
            "with a priority that no rule has"
        )
    if other.is_no_op or other.after.get("priority") == change.after["priority"]:
        return " in every apply; use a priority that no rule has"
    return (
        " until the other rule has been changed; first apply with a priority that no rule has, or "
        "apply again after the failure"
    )
