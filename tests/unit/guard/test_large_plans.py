"""The work for a plan grows with its number of entries, not with the square of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.evaluation import Evaluation, evaluate
from navra_stacks.terraform.plan import Plan
from tests.support.counted_work import counted_work
from tests.support.large_plan import ENTRIES, inventory_of, plan_json, waivers_of
from tests.support.plan_fragments import DELETE, NO_OP, REPLACE, UPDATE, change, evaluated

SMALL = 5 * ENTRIES
LARGE = 8 * SMALL


def evaluation_of(entries: int, waivers: Sequence[Waiver], types: str = "") -> Evaluation:
    content = plan_json(entries)
    content["resource_changes"] = [
        one for one in content["resource_changes"] if one["type"].startswith(types)
    ]
    return evaluate(Plan(content), allow=waivers, adopted=inventory_of(entries))


# Of all types, and of types for which the work of one comparison would be lost in the rest.
@pytest.mark.parametrize("types", ["", "aws_s3_bucket", "aws_lb_listener_rule", "aws_ecs"])
def test_the_work_for_eight_times_the_entries_is_eight_times_the_work(types):
    works = []
    for entries in (ENTRIES, SMALL, LARGE):  # the first fills the caches of regular expressions
        waivers = [one for one in waivers_of(entries) if one.action != "delete" and not types]
        works.append(counted_work(lambda n=entries, w=waivers: evaluation_of(n, w, types)))
    _, small, large = works
    assert 7.5 < large / small < 8.4


def test_the_work_for_a_misspelt_waiver_does_not_grow_with_the_refused_changes():
    waiver = Waiver(address="module.shop25.aws_lb.wbe", action="delete", reason="it moves")
    works = []
    for count in (10, 200, 800):
        plan = [change(f"module.shop{number}.aws_lb.web", DELETE) for number in range(count)]
        works.append(counted_work(lambda: evaluated(*plan, allow=(waiver,))))  # noqa: B023
    _, small, large = works
    assert large < 3 * small


def test_each_application_of_a_large_plan_is_evaluated_alone():
    small, large = (evaluation_of(n, waivers_of(n)) for n in (ENTRIES, SMALL))
    applications = SMALL // ENTRIES
    for name in ("findings", "refused", "allowed", "notes"):
        assert len(getattr(large, name)) == applications * len(getattr(small, name))
    first = [one for one in large.findings if one.address.startswith("module.web0.")]
    assert first == [*small.findings]


def test_a_waiver_with_wildcards_is_found_by_the_text_before_them():
    addresses = ["aws_lb.web", "module.a.aws_lb.web", 'module.a.aws_lb.web["x"]', "aws_lb.api"]
    plan = [change(address, DELETE) for address in addresses]
    for pattern, matched in (
        ("aws_lb.web", [0]),
        ("*aws_lb.web", [0, 1]),
        ("module.a.*", [1, 2]),
        ('module.?.aws_lb.web["x"]', [2]),
        ("aws_lb.*", [0, 3]),
    ):
        allow = Waiver(address=pattern, action="delete", reason="it moves")
        allowed = evaluated(*plan, allow=(allow,)).allowed
        assert [one.address for one in allowed] == [addresses[number] for number in matched]


def test_the_first_waiver_of_the_allow_list_applies():
    waivers = [
        Waiver(address=address, action="delete", reason=f"because of {address}")
        for address in ("aws_lb.*", "aws_lb.web", "*aws_lb.web")
    ]
    for allow in (waivers, waivers[::-1]):
        (finding,) = evaluated(change("aws_lb.web", DELETE), allow=tuple(allow)).allowed
        assert finding.sentence.endswith(f"allowed: {allow[0].reason}")


def test_a_misspelt_waiver_is_corrected_in_a_plan_with_many_refused_changes():
    plan = [change(f"module.shop{number}.aws_lb.web", DELETE) for number in range(500)]
    allow = Waiver(address="module.shop250.aws_lb.wbe", action="delete", reason="it moves")
    (note,) = evaluated(*plan, allow=(allow,)).notes
    assert note.endswith("did you mean module.shop250.aws_lb.web?")


def test_all_users_of_a_deregistered_revision_are_listed_once():
    revision = {"family": "web", "revision": 7, "arn": "arn:web:7", "container_definitions": "a"}
    plan = [
        change("aws_ecs_task_definition.web", REPLACE, revision, revision | {"container": "b"}),
        change("aws_ecs_service.b", NO_OP, None, {"task_definition": "web:7", "tags": ["web:7"]}),
        change("aws_ecs_service.a", UPDATE, None, {"task_definition": "arn:web:7"}),
        change("aws_ecs_service.c", NO_OP, None, {"task_definition": "web:8"}),
    ]
    (finding,) = evaluated(*plan).refused
    assert finding.sentence.endswith("is still used by aws_ecs_service.a, aws_ecs_service.b")
