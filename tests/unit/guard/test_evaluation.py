"""Plans that are not all there never pass in silence."""

import json

import pytest

from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.evaluation import judge
from navra_stacks.terraform.plan import Plan, PlanError
from tests.support.plan_fragments import DELETE, NOTHING, change, planned, refusals

WHOLE = json.dumps(planned(change("aws_lb.web", NOTHING))).encode()


def test_a_plan_that_failed_is_refused_with_what_it_has():
    plan = Plan(planned(change("aws_lb.web", DELETE), errored=True, complete=False))
    told = refusals(judge(plan, incomplete=True))
    assert list(told) == ["the plan", "aws_lb.web"]
    assert told["the plan"] == (
        "errored: Terraform failed while it planned; what it tells is not all of it"
    )


@pytest.mark.parametrize(
    "rest",
    [
        {"complete": False},
        {"deferred_changes": [{"reason": "resource_config_unknown"}]},
        {"complete": True, "deferred_action_invocations": [{"reason": "deferred_prereq"}]},
    ],
)
def test_a_plan_that_leaves_something_for_later_is_refused_unless_asked_for(rest):
    plan = Plan(planned(change("aws_lb.web", NOTHING), **rest))
    assert refusals(judge(plan))["the plan"].startswith("incomplete: it leaves something")
    assert not judge(plan, incomplete=True).refused
    deleting = Plan(planned(change("aws_lb.web", DELETE), **rest))
    assert list(refusals(judge(deleting, incomplete=True))) == ["aws_lb.web"]


def test_a_plan_of_a_terraform_that_does_not_tell_whether_it_is_complete_is_judged():
    plan = planned(change("aws_lb.web", DELETE))
    del plan["complete"], plan["errored"]
    assert list(refusals(judge(Plan(plan)))) == ["aws_lb.web"]


def test_an_action_that_the_apply_would_call_is_refused_unless_allowed():
    plan = Plan(planned(action_invocations=[{"address": "action.aws_ec2_stop_instance.web"}, 1]))
    assert refusals(judge(plan)) == {
        "action.aws_ec2_stop_instance.web": "invoke: the apply calls it; the plan does not tell "
        "what an action does",
        "an action": "invoke: the apply calls it; the plan does not tell what an action does",
    }
    allowed = Waiver(
        address="action.aws_ec2_stop_instance.*", action="invoke", reason="nobody uses it at night"
    )
    assert list(refusals(judge(plan, allow=[allowed]))) == ["an action"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", "p is no JSON, or not all of it"),
        (WHOLE[:-20], "p is no JSON, or not all of it"),
        (WHOLE + b"\n" + WHOLE, "p is no JSON, or not all of it"),
        (b"\xff\xff", "p is no JSON, or not all of it"),
        (b"PK\x03\x04", "p is a plan as Terraform saves it: make it by"),
        (b"[]", "p holds no JSON object"),
        (b"null", "p holds no JSON object"),
        (b"{}", "this is not the JSON of a plan: make it by"),
        (b'{"format_version": "1.0"}', "this is not the JSON of a plan"),
        (
            b'{"format_version": "1.0", "terraform_version": "1.11.4", "values": {}}',
            "this is the JSON of a state, not of a plan",
        ),
        (WHOLE.replace(b'"1.2"', b'"2.0"'), "this plan is in format 2.0, and only 1.x"),
        (WHOLE.replace(b'"1.2"', b'"0.2"'), "this plan is in format 0.2, and only 1.x"),
        (WHOLE.replace(b'"1.2"', b"1.2"), "this is not the JSON of a plan"),
    ],
)
def test_what_is_not_the_whole_json_of_a_plan_is_refused(written, told):
    with pytest.raises(PlanError) as caught:
        Plan.parse(written, "p")
    assert told in str(caught.value)


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
def test_a_change_that_is_not_told_as_terraform_tells_it_is_refused(changes):
    with pytest.raises(PlanError, match="a resource change of this plan cannot be understood"):
        judge(Plan(planned() | {"resource_changes": changes}))


def test_a_plan_in_the_encoding_of_powershell_is_read():
    assert [one.address for one in Plan.parse(WHOLE.decode().encode("utf-16"), "p").changes] == [
        "aws_lb.web"
    ]
