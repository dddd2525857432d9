"""Target groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import told
from navra_stacks.account.lookup_types import Candidate, LookupTarget
from navra_stacks.terraform.expressions import references

__all__ = ["target_group"]


def target_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name, which is unique; else by what uses it.

    That is the service, for the same container, and the listeners and rules that forward to it.
    """
    answer = wanted.account.look("elbv2", "describe_target_groups", Names=[wanted["name"]])
    if answer is None or not answer["TargetGroups"]:
        used = list(dict.fromkeys([*_of_services(wanted), *_of_actions(wanted)]))
        if not used:
            return
        answer = wanted.account.look("elbv2", "describe_target_groups", TargetGroupArns=used)
    for live in answer["TargetGroups"] if answer is not None else ():
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
            told(
                live["TargetGroupName"],
                f"{live.get('Protocol')} {live.get('Port')}",
                f"health check {live.get('HealthCheckPath')}",
            ),
            live,
        )


def _of_services(wanted: LookupTarget) -> Iterator[str]:
    """What the found services register the same container and port with."""
    for service in wanted.referring("aws_ecs_service", "arn"):
        if (found := service.found()) is None:
            continue
        described = service.block.get("load_balancer", [])
        for one in described if isinstance(described, list) else [described]:
            if f"{wanted.address}.arn" not in references(one.get("target_group_arn")):
                continue
            for live in found.live.get("loadBalancers", ()):
                same = (live.get("containerName"), live.get("containerPort"))
                if same == (one.get("container_name"), one.get("container_port")):
                    yield live["targetGroupArn"]


def _of_actions(wanted: LookupTarget) -> Iterator[str]:
    """Where the found listeners and rules forward to, if it is one group and this is meant."""
    for type_, argument, key in (
        ("aws_lb_listener", "default_action", "DefaultActions"),
        ("aws_lb_listener_rule", "action", "Actions"),
    ):
        for owner in wanted.referring(type_, "arn"):
            if (found := owner.found()) is None:
                continue
            if not _takes_all(owner.block.get(argument), f"{wanted.address}.arn"):
                continue
            for action in found.live.get(key, ()):
                if (arn := action.get("TargetGroupArn")) is not None:
                    yield arn


def _takes_all(actions: Any, reference: str) -> bool:
    """Whether the described actions send everything to one group, and that is the one."""
    for action in actions if isinstance(actions, list) else [actions or {}]:
        if reference in references(action.get("target_group_arn")):
            return True
        forward = action.get("forward") or {}
        inner: Mapping[str, Any] = forward[0] if isinstance(forward, list) else forward
        groups = inner.get("target_group", [])
        weighted = [one for one in groups if one.get("weight", 1)]
        if len(weighted) == 1 and reference in references(weighted[0].get("arn")):
            return True
    return False
