"""Finders for target groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import describe
from navra_stacks.account.lookup_types import Candidate, LookupTarget
from navra_stacks.terraform.expressions import references

__all__ = ["target_group"]


def target_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find a target group by its name, which is unique, else by the resources that use it.

    The resources that use a target group are the service that registers its tasks, and the
    listeners and listener rules that forward requests.
    """
    response = target.account.find("elbv2", "describe_target_groups", Names=[target["name"]])
    if response is None or not response["TargetGroups"]:
        arns = list(dict.fromkeys([*_from_services(target), *_from_actions(target)]))
        if not arns:
            return
        response = target.account.find("elbv2", "describe_target_groups", TargetGroupArns=arns)
    for live in response["TargetGroups"] if response is not None else ():
        arn = live["TargetGroupArn"]
        yield Candidate(
            arn,
            {
                "arn": arn,
                "id": arn,
                "arn_suffix": arn.rpartition(":")[2],
                "name": live["TargetGroupName"],
                "vpc_id": live.get("VpcId"),
            },
            describe(
                live["TargetGroupName"],
                f"{live.get('Protocol')} {live.get('Port')}",
                f"health check {live.get('HealthCheckPath')}",
            ),
            live,
        )


def _from_services(target: LookupTarget) -> Iterator[str]:
    """Yield the ARNs of the target groups that live services use in place of `target`.

    A live service counts only if it registers the container and port that the document names.
    """
    for service in target.referenced_by("aws_ecs_service", "arn"):
        if (match := service.match()) is None:
            continue
        blocks = service.block.get("load_balancer", [])
        for block in blocks if isinstance(blocks, list) else [blocks]:
            if f"{target.address}.arn" not in references(block.get("target_group_arn")):
                continue
            for live in match.live.get("loadBalancers", ()):
                container = (live.get("containerName"), live.get("containerPort"))
                if container == (block.get("container_name"), block.get("container_port")):
                    yield live["targetGroupArn"]


def _from_actions(target: LookupTarget) -> Iterator[str]:
    """Yield the ARNs of the target groups to which live listeners and rules forward requests.

    The listeners and rules are those that, in the document, forward all requests to `target`.
    """
    for type_, argument, key in (
        ("aws_lb_listener", "default_action", "DefaultActions"),
        ("aws_lb_listener_rule", "action", "Actions"),
    ):
        for owner in target.referenced_by(type_, "arn"):
            if (match := owner.match()) is None:
                continue
            if not _forwards_only_to(owner.block.get(argument), f"{target.address}.arn"):
                continue
            for action in match.live.get(key, ()):
                if (arn := action.get("TargetGroupArn")) is not None:
                    yield arn


def _forwards_only_to(actions: Any, reference: str) -> bool:
    """Return True if the actions in the document forward all requests to `reference`."""
    for action in actions if isinstance(actions, list) else [actions or {}]:
        if reference in references(action.get("target_group_arn")):
            return True
        forward = action.get("forward") or {}
        inner: Mapping[str, Any] = forward[0] if isinstance(forward, list) else forward
        groups = inner.get("target_group", [])
        weighted = [group for group in groups if group.get("weight", 1)]
        if len(weighted) == 1 and reference in references(weighted[0].get("arn")):
            return True
    return False
