"""Planned values that differ only in their notation."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.equivalent_values import is_other_notation
from navra_stacks.terraform.resource_change import Change, parse_change


def change(type_: str, before: dict[str, Any], after: dict[str, Any], **more: Any) -> Change:
    values = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}} | more
    parsed = parse_change({"address": f"{type_}.it", "type": type_, "change": values, "mode": "x"})
    assert parsed is not None
    return parsed


def forward(*groups: tuple[str, int], sticky: bool = False, arn: str = "") -> list[Any]:
    block = {
        "target_group": [{"arn": name, "weight": weight} for name, weight in groups],
        "stickiness": [{"enabled": sticky, "duration": 0}],
    }
    return [{"type": "forward", "target_group_arn": arn, "forward": [block] if groups else []}]


ONE = forward(arn="tg-1")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (forward(("tg-1", 1), arn="tg-1"), ONE, True),
        (forward(("tg-1", 1)), ONE, True),
        (forward(("tg-2", 1), arn="tg-2"), ONE, False),
        (forward(("tg-1", 1), ("tg-2", 0), arn="tg-1"), ONE, False),
        (forward(("tg-1", 1), sticky=True, arn="tg-1"), ONE, False),
        (forward(("tg-1", 0), arn="tg-1"), ONE, False),
        ([{"type": "authenticate-oidc"}, *ONE], ONE, False),
    ],
)
@pytest.mark.parametrize(
    ("type_", "argument"),
    [("aws_lb_listener", "default_action"), ("aws_lb_listener_rule", "action")],
)
def test_one_target_group_has_two_notations(
    type_: str, argument: str, before: Any, after: Any, same: bool
) -> None:
    assert is_other_notation(change(type_, {argument: before}, {argument: after}), argument) is same


def test_a_value_that_is_not_known_is_another_one() -> None:
    unknown = change(
        "aws_lb_listener",
        {"default_action": []},
        {},
        after_unknown={"default_action": True},
    )
    assert not is_other_notation(unknown, "default_action")


@pytest.mark.parametrize(
    ("type_", "name", "zone", "same"),
    [
        ("A", "Web-1.elb.amazonaws.com", "Z1", True),
        ("A", "web-2.elb.amazonaws.com", "Z1", False),
        ("A", "web-1.elb.amazonaws.com", "Z2", False),
        # An AAAA record needs the prefix.
        ("AAAA", "web-1.elb.amazonaws.com", "Z1", False),
    ],
)
def test_the_dualstack_prefix_makes_no_difference_for_ipv4(
    type_: str, name: str, zone: str, same: bool
) -> None:
    console = [{"name": "dualstack.web-1.elb.amazonaws.com.", "zone_id": "Z1"}]
    planned = [{"name": name, "zone_id": zone}]
    record = change(
        "aws_route53_record", {"type": type_, "alias": console}, {"type": type_, "alias": planned}
    )
    assert is_other_notation(record, "alias") is same
    assert not is_other_notation(record, "type")


def test_the_revision_of_a_service_is_imported_without_the_rest_of_its_arn() -> None:
    arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:3"
    for before, same in (("web:3", True), ("web:33", False), ("b:3", False), (None, False)):
        service = change("aws_ecs_service", {"task_definition": before}, {"task_definition": arn})
        assert is_other_notation(service, "task_definition") is same
    unknown = change("aws_ecs_service", {"task_definition": "web:3"}, {})
    assert not is_other_notation(unknown, "task_definition")
