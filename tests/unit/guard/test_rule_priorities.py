"""Changes of listener rules that AWS rejects, because another rule has the priority."""

import pytest

from tests.support.plan_fragments import CREATE, DELETE, NO_OP, UPDATE, change, evaluated, refusals

SWAPPED = "aws_lb_listener_rule.api"


def rule(name, actions, before, after, listener="arn:a", type_="aws_lb_listener_rule"):
    values = [{"listener_arn": listener, "priority": priority} for priority in (before, after)]
    return change(f"{type_}.{name}", actions, *values)


def test_two_rules_that_swap_their_priorities_are_refused_with_the_way_out():
    plan = [rule("api", UPDATE, 10, 20), rule("hooks", UPDATE, 20, 10)]
    assert refusals(evaluated(*plan)) == {
        f"aws_lb_listener_rule.{name}": f"update: changes priority ({old} -> {new}); AWS rejects "
        f"priority {new} with PriorityInUse in every apply, because aws_lb_listener_rule.{other} "
        "has it and the two rules swap their priorities; first apply one of them with a priority "
        "that no rule has"
        for name, other, old, new in (("api", "hooks", 10, 20), ("hooks", "api", 20, 10))
    }


@pytest.mark.parametrize(
    ("holder", "outlook"),
    [
        (rule("hooks", NO_OP, 20, 20), "has it; use a priority that no rule has"),
        (rule("hooks", NO_OP, 20.0, 20.0), "has it; use a priority that no rule has"),
        (rule("hooks", UPDATE, 20, 20), "has it; use a priority that no rule has"),
        (
            rule("hooks", UPDATE, 20, 30),
            "has it; first apply with a priority that no rule has, or apply again",
        ),
        (
            rule("hooks", DELETE, 20, None),
            "has it; first apply with a priority that no rule has, or apply again",
        ),
        (rule("hooks", NO_OP, 20, 20, type_="aws_alb_listener_rule"), "in every apply, because"),
    ],
)
@pytest.mark.parametrize("actions", [UPDATE, CREATE], ids="-".join)
def test_a_priority_that_another_rule_has_before_the_apply_is_refused(actions, holder, outlook):
    taken = rule("api", actions, 10 if actions == UPDATE else None, 20)
    refused = refusals(evaluated(taken, holder))["aws_lb_listener_rule.api"]
    assert "AWS rejects priority 20 with PriorityInUse" in refused
    assert outlook in refused
    assert refused.startswith(
        "update: changes priority (10 -> 20); "
        if actions == UPDATE
        else "create: it gets the priority of an existing rule; "
    )


def test_a_priority_that_no_rule_of_the_listener_has_is_allowed():
    plan = [
        rule("api", UPDATE, 10, 30),
        rule("hooks", NO_OP, 20, 20),
        rule("other", NO_OP, 30, 30, listener="arn:b"),
        rule("new", CREATE, None, 40),
    ]
    assert evaluated(*plan).findings == ()


def test_rules_of_a_listener_that_the_plan_creates_have_no_conflict():
    new = change(
        "aws_lb_listener_rule.api", CREATE, None, {"priority": 10}, unknown={"listener_arn": True}
    )
    assert evaluated(new, rule("hooks", NO_OP, 10, 10)).findings == ()


def test_a_rule_that_is_created_before_the_old_one_is_deleted_needs_another_priority():
    for actions, refused in ((["create", "delete"], True), (["delete", "create"], False)):
        sentence = refusals(evaluated(rule("api", actions, 10, 10)))["aws_lb_listener_rule.api"]
        assert ("because the old rule has it until it is deleted" in sentence) is refused
    moved = rule("api", ["create", "delete"], 10, 11)
    assert "PriorityInUse" not in refusals(evaluated(moved))["aws_lb_listener_rule.api"]
