"""Patches for the rules and actions of load balancers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeAction

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = [
    "return_actions_in_both_forms",
    "return_conditions_in_both_forms",
    "return_load_balancers_of_target_groups_once",
]

Conditions = Sequence[Mapping[str, Any]]

CONFIGS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
"""The newer form of a condition, by its field; the older form has ``Values`` beside the field."""


def return_actions_in_both_forms() -> None:
    """Make an action that forwards to one target group have ``TargetGroupArn`` and ForwardConfig.

    AWS returns both, whichever the request contained (API reference of Elastic Load Balancing,
    "Action"). Remove this patch when moto returns both.
    """

    @around(FakeAction)
    def __init__(create: Any, action: Any, data: dict[str, Any]) -> None:
        groups = data.get("ForwardConfig", {}).get("TargetGroups", [])
        if data.get("Type") == "forward" and not groups and "TargetGroupArn" in data:
            group = {"TargetGroupArn": data["TargetGroupArn"]}
            data = data | {"ForwardConfig": {"TargetGroups": [group]}}
        elif len(groups) == 1:
            data = {"TargetGroupArn": groups[0]["TargetGroupArn"]} | data
        create(action, data)


def return_conditions_in_both_forms() -> None:
    """Make the conditions of a rule have the older and the newer form.

    AWS returns both, whichever the request contained (API reference of Elastic Load Balancing,
    "RuleCondition"), and provider 5.100 crashes without the newer form. Remove this patch when moto
    returns both.
    """

    @around(ELBv2Backend)
    def create_rule(
        create: Any,
        backend: Any,
        listener_arn: str,
        conditions: Conditions,
        *args: Any,
        **named: Any,
    ) -> Any:
        rule = create(backend, listener_arn, _in_newer_form(conditions), *args, **named)
        rule.conditions = _in_both_forms(rule.conditions)
        return rule

    @around(ELBv2Backend)
    def modify_rule(
        modify: Any, backend: Any, rule_arn: str, conditions: Conditions, *args: Any, **named: Any
    ) -> Any:
        rule = modify(backend, rule_arn, _in_newer_form(conditions), *args, **named)
        rule.conditions = _in_both_forms(rule.conditions)
        return rule


def return_load_balancers_of_target_groups_once() -> None:
    """Make a target group list a load balancer once, even if several rules forward to the group.

    A target group has at most one load balancer (API reference of Elastic Load Balancing,
    "TargetGroup"). Remove this patch when moto's `FakeTargetGroup` lists it once.
    """

    @around(ELBv2Backend)
    def describe_target_groups(describe: Any, backend: Any, *args: Any, **named: Any) -> Any:
        for group in backend.target_groups.values():
            group.load_balancer_arns = list(dict.fromkeys(group.load_balancer_arns))
        return describe(backend, *args, **named)


def _in_newer_form(conditions: Conditions) -> list[dict[str, Any]]:
    completed = []
    for condition in conditions:
        values, name = condition.get("Values"), CONFIGS.get(condition.get("Field", ""))
        # moto's validation accepts one form only, and rejects several values in the older one.
        is_older = name is not None and values is not None and len(values) == 1
        form = {name: {"Values": values}} if is_older else {"Values": values}
        others = {key: value for key, value in condition.items() if key != "Values"}
        completed.append(others | {str(k): v for k, v in form.items() if v is not None})
    return completed


def _in_both_forms(conditions: Conditions) -> list[dict[str, Any]]:
    completed = []
    for condition in conditions:
        config = condition.get(CONFIGS.get(condition.get("Field", ""), ""), {})
        # Regular expressions exist in the newer form only.
        values = {"Values": config["Values"]} if config.get("Values") else {}
        completed.append(dict(condition) | values)
    return completed
