"""Planned values that differ from the current ones only in their notation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.resource_change import Change

__all__ = ["is_other_notation"]

ACTIONS = frozenset(
    (f"{prefix}_{suffix}", argument)
    for prefix in ("aws_lb", "aws_alb")
    for suffix, argument in (("listener", "default_action"), ("listener_rule", "action"))
)
"""The arguments with actions of a load balancer, by type."""


def is_other_notation(change: Change, argument: str) -> bool:
    """Return True if the current and the planned value of an argument have the same meaning.

    There are three such values: the alias of an A record with or without ``dualstack.``, the
    forward action of a listener or listener rule with one target group, and the revision of a task
    definition, which the provider imports without the rest of its ARN.
    """
    before, after = change.before.get(argument), change.after.get(argument)
    if (change.type, argument) == ("aws_ecs_service", "task_definition"):
        return isinstance(after, str) and after.endswith(f":task-definition/{before}")
    if not _is_block(before) or not _is_block(after):
        return False
    if change.type == "aws_route53_record" and argument == "alias":
        return change.before.get("type") == "A" and _aliases(before) == _aliases(after)
    if (change.type, argument) in ACTIONS:
        return _actions(before) == _actions(after)
    return False


def _aliases(values: Any) -> list[Any]:
    """Return aliases with the names that are resolved for IPv4.

    The console adds the prefix ``dualstack.`` to the name of a load balancer, which makes no
    difference for the IPv4 addresses (Route 53 Developer Guide, "Values specific for simple alias
    records").
    """
    return [
        {**value, "name": str(value.get("name")).lower().rstrip(".").removeprefix("dualstack.")}
        for value in _objects(values)
    ]


def _actions(values: Any) -> list[Any]:
    """Return actions with the target group in one notation.

    The API returns a target group as `TargetGroupArn` and in `ForwardConfig`, and the provider
    imports both, while a document has one of them (Elastic Load Balancing API Reference, "Action").
    """
    found = []
    for value in _objects(values):
        action = {name: item for name, item in value.items() if item not in (None, "", [])}
        groups = [
            group for forward in _objects(action.get("forward")) for group in _groups_of(forward)
        ]
        if len(groups) == 1 and groups[0] is not None:
            del action["forward"]
            action["target_group_arn"] = groups[0]
        found.append(action)
    return found


def _groups_of(forward: Mapping[str, Any]) -> list[str | None]:
    """Return the ARNs of the target groups, with None for one that needs the notation `forward`."""
    is_sticky = any(one.get("enabled") for one in _objects(forward.get("stickiness")))
    return [
        None if is_sticky or group.get("weight") == 0 else group.get("arn")
        for group in _objects(forward.get("target_group"))
    ]


def _is_block(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, Mapping) for value in values)


def _objects(values: Any) -> list[Mapping[str, Any]]:
    return list(values) if _is_block(values) else []
