"""Detect changes of listener rules that AWS rejects, because another rule has the priority.

A priority is changed in place, with one request for each rule. Each request fails with
``PriorityInUse`` as long as another rule of the listener has the priority, and Terraform makes the
requests in any order.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html
"""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.terraform.plan import Change, Plan

__all__ = ["priority_conflicts"]

_TYPES = ("aws_alb_listener_rule", "aws_lb_listener_rule")


def priority_conflicts(change: Change, plan: Plan) -> Iterator[str]:
    """Yield why AWS rejects the priority that a change gives to a listener rule.

    Nothing is yielded if no rule of the listener has the priority before the apply, or if the same
    apply creates the listener.

    Args:
        change: A change that creates, replaces or updates a resource.
        plan: The plan with `change`.
    """
    priority, listener = change.after.get("priority"), change.after.get("listener_arn")
    if (
        change.type not in _TYPES
        or not isinstance(priority, int)
        or not isinstance(listener, str)
        or ("update" in change.actions and change.before.get("priority") == priority)
    ):
        return
    rejected = f"AWS rejects priority {priority} with PriorityInUse"
    if change.actions == ("create", "delete") and _has(change, listener, priority):
        yield (
            f"{rejected}, because the old rule has it until it is deleted; remove "
            "`create_before_destroy`, or change the priority as well"
        )
    for other in plan.changes:
        if other is change or not _has(other, listener, priority):
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


def _has(change: Change, listener: str, priority: int) -> bool:
    """Return True if a rule has a priority before the apply."""
    before = change.before
    return (
        change.type in _TYPES
        and before.get("listener_arn") == listener
        and before.get("priority") == priority
    )
