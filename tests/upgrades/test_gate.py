"""The gate itself: it finds the changes of a small document that lose a resource."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.guard.allow_list import Waiver
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.upgrade import Upgrade, expected_changes, problems, upgrade

HEAD: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "aws", "version": ">= 5.0"}}},
    "provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}]},
}
TEAM = {"type": "string"}


def log_group(name: str, days: int = 30) -> dict[str, Any]:
    return {"name": f"/shop/{name}", "retention_in_days": days, "tags": {"team": "${var.team}"}}


def document(**log_groups: Mapping[str, Any]) -> dict[str, Any]:
    return HEAD | {
        "variable": {"team": TEAM},
        "resource": {"aws_cloudwatch_log_group": log_groups},
    }


PREVIOUS = document(
    forgotten=log_group("forgotten"),
    former=log_group("former"),
    moved=log_group("moved"),
    named=log_group("named"),
    shortened=log_group("shortened"),
    unchanged=log_group("unchanged"),
)
PRESENT = document(
    # Another logical ID without a `moved` block. The name differs too, because Terraform creates
    # the new group before it has deleted the old one.
    renamed=log_group("renamed"),
    present=log_group("moved"),
    named=log_group("another-name"),
    shortened=log_group("shortened", days=7),
    unchanged=log_group("unchanged"),
    added=log_group("added"),
) | {
    # The default differs from the value that the previous document was applied with.
    "variable": {"team": TEAM | {"default": "another"}},
    "moved": [{"from": "aws_cloudwatch_log_group.moved", "to": "aws_cloudwatch_log_group.present"}],
    "removed": [{"from": "aws_cloudwatch_log_group.forgotten", "lifecycle": {"destroy": False}}],
}


@pytest.fixture(scope="module")
def small(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Upgrade:
    directory = tmp_path_factory.mktemp("small")
    return upgrade(PREVIOUS, PRESENT, installed=installed, directory=directory)


EXPECTED = """
[[shop.allow]]
address = "aws_cloudwatch_log_group.forgotten"
action = "forget"
reason = "another stack manages it"

[[shop.allow]]
address = "aws_cloudwatch_log_group.former"
action = "delete"
reason = "it has another logical ID"

[[shop.allow]]
address = "aws_cloudwatch_log_group.named"
action = "replace"
arguments = ["name"]
reason = "it has another name"

[[shop.allow]]
address = "aws_cloudwatch_log_group.shortened"
action = "update"
arguments = ["retention_in_days"]
reason = "a week is enough"
"""


def expected(path: Path, text: str) -> tuple[Waiver, ...]:
    path.write_text(text)
    return expected_changes(path, "shop")


def test_each_loss_is_a_problem(small: Upgrade) -> None:
    assert sorted(problems(small.plan, ())) == [
        "aws_cloudwatch_log_group.forgotten: forget: not listed as expected",
        "aws_cloudwatch_log_group.former: delete: not listed as expected",
        "aws_cloudwatch_log_group.named: replace: not listed as expected",
        "aws_cloudwatch_log_group.shortened: update: refused by the guard: changes "
        "retention_in_days (30 -> 7); older log events are deleted",
    ]


def test_expected_changes_are_no_problem(small: Upgrade, tmp_path: Path) -> None:
    assert list(problems(small.plan, expected(tmp_path / "expected.toml", EXPECTED))) == []


def test_an_expected_replacement_for_another_reason_is_a_problem(
    small: Upgrade, tmp_path: Path
) -> None:
    text = EXPECTED.replace('["name"]', '["log_group_class"]')
    (problem,) = problems(small.plan, expected(tmp_path / "expected.toml", text))
    assert problem.startswith("aws_cloudwatch_log_group.named: replace: refused by the guard: ")


def test_an_entry_that_is_not_planned_is_a_problem(small: Upgrade, tmp_path: Path) -> None:
    stale = EXPECTED.replace("group.named", "group.unchanged").replace("group.former", "group.past")
    found = list(problems(small.plan, expected(tmp_path / "expected.toml", stale)))
    assert found[-2:] == [
        "aws_cloudwatch_log_group.past: delete: listed as expected, but not planned",
        "aws_cloudwatch_log_group.unchanged: replace: listed as expected, but not planned",
    ]


def test_expected_changes_of_another_stack_are_not_used(tmp_path: Path) -> None:
    text = EXPECTED.replace("shop.allow", "other.allow")
    assert expected(tmp_path / "expected.toml", text) == ()


def test_the_values_of_the_variables_do_not_change(small: Upgrade) -> None:
    assert small.plan.change("aws_cloudwatch_log_group.unchanged").is_no_op


def test_the_plan_after_the_upgrade_is_empty(small: Upgrade) -> None:
    assert small.differences == ()
