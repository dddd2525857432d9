"""Incomplete and unreadable plans are refused."""

import json

import pytest

from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.plan import Plan, PlanError
from tests.support.plan_fragments import DELETE, NO_OP, change, plan_json, refusals

COMPLETE = json.dumps(plan_json(change("aws_lb.web", NO_OP))).encode()


def test_a_failed_plan_is_refused_and_its_changes_are_evaluated():
    plan = Plan(plan_json(change("aws_lb.web", DELETE), errored=True, complete=False))
    refused = refusals(evaluate(plan, incomplete=True))
    assert list(refused) == ["the plan", "aws_lb.web"]
    assert refused["the plan"] == (
        "errored: Terraform failed while planning; the plan does not contain all changes; "
        "correct the error and plan again"
    )


@pytest.mark.parametrize(
    "rest",
    [
        {"complete": False},
        {"deferred_changes": [{"reason": "resource_config_unknown"}]},
        {"complete": True, "deferred_action_invocations": [{"reason": "deferred_prereq"}]},
    ],
)
def test_an_incomplete_plan_is_refused_without_the_option_incomplete(rest):
    plan = Plan(plan_json(change("aws_lb.web", NO_OP), **rest))
    assert refusals(evaluate(plan))["the plan"].startswith("incomplete: the plan leaves changes")
    assert not evaluate(plan, incomplete=True).refused
    deleting = Plan(plan_json(change("aws_lb.web", DELETE), **rest))
    assert list(refusals(evaluate(deleting, incomplete=True))) == ["aws_lb.web"]


def test_a_plan_without_the_field_complete_is_evaluated():
    plan = plan_json(change("aws_lb.web", DELETE))
    del plan["complete"], plan["errored"]
    assert list(refusals(evaluate(Plan(plan)))) == ["aws_lb.web"]


def test_an_action_invocation_needs_a_waiver():
    plan = Plan(plan_json(action_invocations=[{"address": "action.aws_ec2_stop_instance.web"}, 1]))
    assert refusals(evaluate(plan)) == {
        "action.aws_ec2_stop_instance.web": "invoke: the apply would invoke this action; the "
        "plan does not show the action's effect",
        "an action": "invoke: the apply would invoke this action; the plan does not show the "
        "action's effect",
    }
    allowed = Waiver(
        address="action.aws_ec2_stop_instance.*", action="invoke", reason="it is unused at night"
    )
    assert list(refusals(evaluate(plan, allow=[allowed]))) == ["an action"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "p is not complete, valid JSON"),
        (COMPLETE[:-20], "p is not complete, valid JSON"),
        (COMPLETE + b"\n" + COMPLETE, "p is not complete, valid JSON"),
        (b"\xff\xff", "p is not complete, valid JSON"),
        (b"PK\x03\x04", "p is a binary plan file, not JSON; convert it with"),
        (b"[]", "p is not a JSON object"),
        (b"null", "p is not a JSON object"),
        (b"{}", "this is not the JSON of a plan; create the JSON with"),
        (b'{"format_version": "1.0"}', "this is not the JSON of a plan"),
        (
            b'{"format_version": "1.0", "terraform_version": "1.11.4", "values": {}}',
            "this is the JSON of a state, not of a plan",
        ),
        (COMPLETE.replace(b'"1.2"', b'"2.0"'), "this plan has format version 2.0; only 1.x"),
        (COMPLETE.replace(b'"1.2"', b'"0.2"'), "this plan has format version 0.2; only 1.x"),
        (COMPLETE.replace(b'"1.2"', b"1.2"), "this is not the JSON of a plan"),
    ],
)
def test_an_invalid_or_truncated_plan_is_refused(content, message):
    with pytest.raises(PlanError) as caught:
        Plan.parse(content, "p")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        [{}],
        ["aws_lb.web"],
        [{"mode": "managed", "address": "aws_lb.web", "type": "aws_lb"}],
        [{"mode": "managed", "address": "aws_lb.web", "type": "aws_lb", "change": {}}],
        [
            {
                "mode": "managed",
                "address": "aws_lb.web",
                "type": "aws_lb",
                "change": {"actions": None},
            }
        ],
        {"aws_lb.web": {}},
    ],
)
def test_a_change_with_an_unexpected_format_is_refused(changes):
    with pytest.raises(PlanError, match="this plan has an invalid resource change"):
        evaluate(Plan(plan_json() | {"resource_changes": changes}))


def test_a_plan_in_utf_16_from_powershell_is_read():
    assert [
        change.address for change in Plan.parse(COMPLETE.decode().encode("utf-16"), "p").changes
    ] == ["aws_lb.web"]
