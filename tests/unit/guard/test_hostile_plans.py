"""Faulty and hostile plans lead to an evaluation or to a user error, and forge no line."""

import io
import json
from contextlib import redirect_stdout
from itertools import islice

import pytest

from navra_stacks.cli.guard import _as_json, _print_report
from navra_stacks.errors import NavraError
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.plan import Plan, PlanError
from tests.support.plan_fragments import CREATE, DELETE, NO_OP, change, evaluated, plan_json
from tests.support.plan_mutations import mutated
from tests.support.plan_shapes import OWN, generate
from tests.support.public_plan_shapes import PUBLIC

COUNT, SEEDS = 500, range(20)
"""The number of mutated plans for each seed, and the seeds: 10,000 plans."""


@pytest.fixture(scope="module")
def plans() -> list[str]:
    return [json.dumps(plan) for _, _, plan in generate({**PUBLIC, **OWN})]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutated_plan_is_evaluated_or_rejected(plans, seed):
    evaluated_plans = 0
    for written in islice(mutated(plans, seed), COUNT):
        try:
            evaluation = evaluate(Plan.parse(written, "plan.json"), incomplete=True)
        except NavraError:
            continue
        evaluated_plans += 1
        out = io.StringIO()
        with redirect_stdout(out):
            _print_report("plan.json", evaluation)
        lines = out.getvalue().split("\n")
        assert lines.pop() == ""
        reported = (*evaluation.refused, *evaluation.warnings, *evaluation.allowed)
        assert len(lines) == 2 + len(reported) + len(evaluation.notes), written
        assert all(line.isprintable() for line in lines), written
        assert json.dumps(_as_json(evaluation)).isascii()
    # Otherwise the mutations only test how a plan is parsed.
    assert evaluated_plans > COUNT / 2


@pytest.mark.parametrize("depth", [101, 900, 5000, 100_000])
def test_a_deeply_nested_plan_is_rejected(depth):
    nested = "[" * depth + "]" * depth
    plan = json.dumps(plan_json(change("aws_lb.web", DELETE, {"a": "DEEP"})))
    written = plan.replace('"DEEP"', nested).encode()
    with pytest.raises(PlanError, match=r"plan\.json nests more than 100 levels"):
        Plan.parse(written, "plan.json")


def test_a_string_with_deeply_nested_json_is_not_shown():
    nested = "[" * 5000 + "]" * 5000
    changed = change(
        "aws_lb.web", ["update"], {"a": nested, "b": 1}, {"a": "{}", "b": 2}, importing="x"
    )
    (finding,) = evaluated(changed).refused
    assert finding.sentence.startswith("changes a (values hidden), b (1 -> 2)")


@pytest.mark.parametrize("deposed", [{}, {"deposed": "1a2b"}])
def test_two_changes_of_one_object_are_rejected(deposed):
    changes = [change("aws_lb.web\n", NO_OP, **deposed), change("aws_lb.web\n", DELETE, **deposed)]
    with pytest.raises(PlanError, match=r"this plan has two changes of 'aws_lb\.web\\n'"):
        evaluate(Plan(plan_json(*changes)))


def test_a_deposed_object_may_have_the_address_of_the_current_one():
    changes = [change("aws_lb.web", NO_OP), change("aws_lb.web", DELETE, deposed="1a2b")]
    assert len(Plan(plan_json(*changes)).changes) == 2


@pytest.mark.parametrize(
    "members",
    [
        {"resource_changes": {}},
        {"resource_changes": [{"mode": "managed"}]},
        {"resource_changes": [change("aws_lb.web", CREATE) | {"type": None}]},
        {"resource_changes": [change("aws_lb.web", CREATE) | {"deposed": 1}]},
        {"resource_changes": [change("aws_lb.web", [["create"]])]},  # type: ignore[list-item]
        {"action_invocations": 1},
    ],
)
def test_a_member_with_another_type_is_rejected(members):
    if isinstance(members.get("resource_changes"), dict):
        members = {"resource_changes": {"aws_lb.web": {}}}
    with pytest.raises(PlanError, match=r"this plan has (an )?invalid"):
        evaluate(Plan(plan_json(**members)))
