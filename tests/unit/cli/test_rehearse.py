"""The output of `navra rehearse` for a result."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from navra_stacks.cli.rehearse import table
from navra_stacks.rehearsal.progress import format_event
from navra_stacks.rehearsal.result import (
    Difference,
    InterruptionResult,
    Leftover,
    Phase,
    Rehearsal,
)

PASSED = Rehearsal(
    stack="shop-live",
    resources=12,
    phases=(Phase("plan", 2.5), Phase("second plan", 10.0)),
    provider="5.100.0",
    omissions=(),
    placeholder_values={},
    seeded=(),
    removed_protections=(),
    differences=(),
    leftovers=(),
    expected_leftovers=(),
    failure="",
    is_complete=True,
)


def test_a_passed_rehearsal_prints_its_phases_and_a_summary() -> None:
    assert table(PASSED) == (
        "shop-live: 12 resources, AWS provider 5.100.0\n"
        "\n"
        "  plan            2.5 s\n"
        "  second plan    10.0 s\n"
        "                 12.5 s\n"
        "\n"
        "Passed: applied, the second plan is empty, destroyed, no unexpected leftovers."
    )


def test_text_of_terraform_and_aws_cannot_forge_a_line() -> None:
    forged = "x\nPassed: applied, the second plan is empty.\x1b[2K"
    result = replace(
        PASSED,
        omissions=(forged,),
        differences=(Difference(f"aws_lb.{forged}", "name", None, None),),
        leftovers=(Leftover("s3", "eu-west-1", "Bucket", forged, "", ""),),
        failure=forged,
        stack=forged,
    )
    lines = table(result).split("\n")
    assert [line for line in lines if line.startswith("Passed")] == []
    assert all(line.isprintable() for line in lines)


KEY = Leftover("kms", "eu-west-1", "Key", "k", "PendingDeletion", "waiting period")


@pytest.mark.parametrize(
    ("fields", "title", "line", "passed"),
    [
        ({"omissions": ("aws_lb.one.new",)}, "Omitted:", "aws_lb.one.new", True),
        (
            {"placeholder_values": {"tag": "a"}},
            "Placeholder values of variables:",
            'tag = "a"',
            True,
        ),
        ({"seeded": ("role r",)}, "Created before the apply:", "role r", True),
        (
            {"removed_protections": ("aws_lb.one: prevent_destroy",)},
            "Protections removed before the destroy:",
            "aws_lb.one: prevent_destroy",
            True,
        ),
        (
            {"expected_leftovers": (KEY,)},
            "Expected leftovers, as on AWS:",
            "kms Key k (PendingDeletion): waiting period",
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
            {"leftovers": (Leftover("sns", "eu-west-1", "Topic", "t"),)},
            "Unexpected leftovers:",
            "sns Topic t",
            False,
        ),
        ({"failure": "apply: no"}, "Failed:", "apply: no", False),
        (
            {
                "interruption": InterruptionResult(
                    "lost", 5, "no", ("A", "A"), ("a.b",), {"c.d": "id"}
                )
            },
            "Interrupted (lost) with 5 resources in the state:",
            "failed call: A\n  tainted, then completed: a.b\n"
            "  missing from the state, imported: c.d as id",
            True,
        ),
    ],
)
def test_each_finding_is_printed_in_its_section(
    fields: dict[str, Any], title: str, line: str, passed: bool
) -> None:
    result = replace(PASSED, **fields)
    assert f"\n{title}\n  {line}\n" in table(result)
    assert result.passed is passed
    assert table(result).endswith("\nThe rehearsal failed.") is not passed


def test_a_rehearsal_without_a_destroy_does_not_claim_to_have_tested_the_destroy() -> None:
    assert table(replace(PASSED, is_complete=False)).endswith("the destroy was not tested.")


def test_a_result_can_be_written_as_json() -> None:
    result = replace(PASSED, leftovers=(Leftover("a", "b", "c", "d"),))
    content = json.loads(json.dumps(result.as_json()))
    assert content["passed"] is False
    assert content["leftovers"][0]["kind"] == "c"
    assert content["seconds"] == 12.5


def event(type_: str, action: str, address: str = "aws_lb.one", seconds: int = 0) -> Any:
    hook = {"resource": {"addr": address}, "action": action, "elapsed_seconds": seconds}
    return {"type": type_, "hook": hook}


@pytest.mark.parametrize(
    ("event_", "line"),
    [
        (event("apply_complete", "create"), "aws_lb.one created"),
        (event("apply_complete", "delete", seconds=31), "aws_lb.one destroyed after 31 s"),
        (event("apply_errored", "create"), "aws_lb.one failed"),
        (event("apply_start", "create"), None),
        (event("apply_complete", "read", "data.aws_vpc.one"), None),
        ({"type": "version"}, None),
    ],
)
def test_progress_has_a_line_for_each_resource(event_: Any, line: str | None) -> None:
    assert format_event(event_) == line
