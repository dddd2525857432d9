"""What a second plan that is not empty would do is told, whatever it is."""

from __future__ import annotations

from typing import Any

from navra_stacks.rehearsal.drift import differences
from navra_stacks.rehearsal.result import Difference
from navra_stacks.terraform.plan import Plan


def plan(*changes: dict[str, Any], **others: Any) -> Plan:
    told = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}
    return Plan(told | others)


def change(address: str, *actions: str, mode: str = "managed", **values: Any) -> dict[str, Any]:
    type_ = address.removeprefix("data.").partition(".")[0]
    what = {"actions": list(actions), **values}
    return {"address": address, "mode": mode, "type": type_, "change": what}


def test_each_argument_that_changes_is_told() -> None:
    one = change("aws_lb.one", "update", before={"a": 1, "b": 2}, after={"a": 1, "b": 3})
    assert list(differences(plan(one))) == [Difference("aws_lb.one", "b", 2, 3)]


def test_what_must_not_be_shown_is_not() -> None:
    one = change(
        "aws_lb.one", "update", before={"a": "x"}, after={"a": "y"}, after_sensitive={"a": True}
    )
    assert list(differences(plan(one))) == [
        Difference("aws_lb.one", "a", "(sensitive)", "(sensitive)")
    ]


def test_an_output_that_changes_is_told_and_its_value_is_not() -> None:
    outputs = {"url": {"actions": ["update"], "before": "a", "after": "b"}}
    assert list(differences(plan(output_changes=outputs))) == [
        Difference("output.url", "update", None, None)
    ]


def test_a_look_up_that_every_apply_makes_anew_is_told() -> None:
    read = change("data.aws_ssm_parameter.one", "read", mode="data")
    assert list(differences(plan(read))) == [
        Difference("data.aws_ssm_parameter.one", "read during the apply", None, None)
    ]


def test_a_plan_that_is_not_empty_is_never_told_as_one_that_is() -> None:
    assert list(differences(plan(change("aws_lb.one", "no-op")))) == [
        Difference("the plan", "not empty", None, None)
    ]
