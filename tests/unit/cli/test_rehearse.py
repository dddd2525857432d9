"""What `navra rehearse` tells of a result, and with which status it exits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from navra_stacks.cli.rehearse import table
from navra_stacks.rehearsal.progress import line_of
from navra_stacks.rehearsal.result import Difference, Interrupted, Leftover, Phase, Rehearsal

WELL = Rehearsal(
    stack="shop-live",
    resources=12,
    phases=(Phase("plan", 2.5), Phase("second plan", 10.0)),
    provider="5.100.0",
    omissions=(),
    stand_ins={},
    preconditions=(),
    lifted=(),
    differences=(),
    left=(),
    kept=(),
    failure="",
    is_whole=True,
)


def test_what_went_well_is_told_in_a_few_lines() -> None:
    assert table(WELL) == (
        "shop-live: 12 resources, AWS provider 5.100.0\n"
        "\n"
        "  plan            2.5 s\n"
        "  second plan    10.0 s\n"
        "                 12.5 s\n"
        "\n"
        "Applied, the second plan is empty, destroyed, nothing is left."
    )


@pytest.mark.parametrize(
    ("found", "title", "line", "well"),
    [
        ({"omissions": ("aws_lb.one.new",)}, "Not run:", "aws_lb.one.new", True),
        ({"stand_ins": {"tag": "a"}}, "Made up for variables:", 'tag = "a"', True),
        ({"preconditions": ("role r",)}, "Made beforehand:", "role r", True),
        (
            {"lifted": ("aws_lb.one: prevent_destroy",)},
            "Protections lifted before the destroy:",
            "aws_lb.one: prevent_destroy",
            True,
        ),
        (
            {"kept": (Leftover("kms", "eu-west-1", "Key", "k", "PendingDeletion", "it waits"),)},
            "Left, as on AWS:",
            "kms Key k (PendingDeletion): it waits",
            True,
        ),
        (
            {"differences": (Difference("aws_lb.one", "tags.a", None, "b"),)},
            "The second plan is not empty:",
            'aws_lb.one: tags.a: null -> "b"',
            False,
        ),
        (
            {"differences": (Difference("aws_lb.one", "delete", None, None),)},
            "The second plan is not empty:",
            "aws_lb.one: delete",
            False,
        ),
        (
            {"left": (Leftover("sns", "eu-west-1", "Topic", "t"),)},
            "Left, and should not be:",
            "sns Topic t",
            False,
        ),
        ({"failure": "apply: no"}, "Failed:", "apply: no", False),
        (
            {"interrupted": Interrupted("lost", 5, "no", ("A", "A"), ("a.b",), {"c.d": "id"})},
            "Interrupted (lost) with 5 resources in the state:",
            "struck: A\n  tainted, completed: a.b\n  in no state, imported: c.d as id",
            True,
        ),
    ],
)
def test_everything_that_was_found_is_told(
    found: dict[str, Any], title: str, line: str, well: bool
) -> None:
    result = replace(WELL, **found)
    assert f"\n{title}\n  {line}\n" in table(result)
    assert result.as_promised is well
    assert table(result).endswith("promised.") is not well


def test_a_rehearsal_that_was_kept_claims_nothing_of_its_destroy() -> None:
    assert table(replace(WELL, is_whole=False)).endswith("so nothing is known of destroy.")


def test_all_of_it_can_be_read_by_programs() -> None:
    told = json.loads(json.dumps(replace(WELL, left=(Leftover("a", "b", "c", "d"),)).as_json()))
    assert told["as_promised"] is False
    assert told["left"][0]["kind"] == "c"
    assert told["seconds"] == 12.5


def event(type_: str, action: str, address: str = "aws_lb.one", seconds: int = 0) -> Any:
    hook = {"resource": {"addr": address}, "action": action, "elapsed_seconds": seconds}
    return {"type": type_, "hook": hook}


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (event("apply_complete", "create"), "aws_lb.one created"),
        (event("apply_complete", "delete", seconds=31), "aws_lb.one destroyed after 31 s"),
        (event("apply_errored", "create"), "aws_lb.one failed"),
        (event("apply_start", "create"), None),
        (event("apply_complete", "read", "data.aws_vpc.one"), None),
        ({"type": "version"}, None),
    ],
)
def test_progress_is_a_line_for_each_resource(told: Any, line: str | None) -> None:
    assert line_of(told) == line
