"""Every change in a second plan that should be empty is reported."""

from __future__ import annotations

from typing import Any

from navra_stacks.rehearsal.drift import differences
from navra_stacks.rehearsal.result import Difference
from navra_stacks.terraform.plan import Plan


def plan(*changes: dict[str, Any], **others: Any) -> Plan:
    content = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}
    return Plan(content | others)


def change(address: str, *actions: str, mode: str = "managed", **values: Any) -> dict[str, Any]:
    type_ = address.removeprefix("data.").partition(".")[0]
    details = {"actions": list(actions), **values}
    return {"address": address, "mode": mode, "type": type_, "change": details}


def test_each_changed_argument_is_reported() -> None:
    update = change("aws_lb.one", "update", before={"a": 1, "b": 2}, after={"a": 1, "b": 3})
    assert list(differences(plan(update))) == [Difference("aws_lb.one", "b", 2, 3)]


def test_sensitive_values_are_not_shown() -> None:
    update = change(
        "aws_lb.one", "update", before={"a": "x"}, after={"a": "y"}, after_sensitive={"a": True}
    )
    assert list(differences(plan(update))) == [
        Difference("aws_lb.one", "a", "(sensitive)", "(sensitive)")
    ]


def test_a_changed_output_is_reported_without_its_value() -> None:
    outputs = {"url": {"actions": ["update"], "before": "a", "after": "b"}}
    assert list(differences(plan(output_changes=outputs))) == [
        Difference("output.url", "update", None, None)
    ]


def test_a_data_source_that_every_apply_reads_is_reported() -> None:
    read = change("data.aws_ssm_parameter.one", "read", mode="data")
    assert list(differences(plan(read))) == [
        Difference("data.aws_ssm_parameter.one", "read during the apply", None, None)
    ]


def test_a_plan_without_a_known_change_is_reported_as_not_empty() -> None:
    assert list(differences(plan(change("aws_lb.one", "no-op")))) == [
        Difference("the plan", "not empty", None, None)
    ]
