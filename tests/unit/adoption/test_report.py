"""The report as people and programs read it, and the inventory that follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from navra_stacks.account.lookup import Found
from navra_stacks.account.lookup_types import UnmanagedResource
from navra_stacks.adoption.discovery import Discovery, Planned
from navra_stacks.adoption.image_tags import Given
from navra_stacks.adoption.impact import Effect, Field
from navra_stacks.adoption.import_planner import ImportPlan
from navra_stacks.adoption.report import as_json, lines
from navra_stacks.terraform.plan import Plan

TASK = "aws_ecs_task_definition.web"
PLAN = Plan({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []})
FOUND = Found(
    ids={"aws_lb.a": "1", "aws_lb.b": "2", "aws_lb.c": "3", "aws_lb.d": "4", TASK: "web:1"},
    missing=("aws_lb.new",),
    undescribed=(UnmanagedResource("aws_lb_listener", "arn:8080", "a listener on port 8080"),),
    unsearched={"aws_acm_certificate_validation.v": "nothing in AWS stands for it"},
)
PLANNED = Planned(
    settled=ImportPlan(
        PLAN,
        keeps={"aws_lb.b": {"name": "live", "subnets": None}},
        left_out={TASK: "x looks like a credential"},
        stays={"aws_lb.c": "name forces it with the live value too"},
    ),
    effects=(
        Effect("aws_lb.a", "none"),
        Effect("aws_lb.b", "in place", (Field("idle", "1 -> 2"), Field("x", "y", is_live=False))),
        Effect(
            "aws_lb.c",
            "replaced",
            (Field("name", '"a" -> "b"'), Field("q", "1 -> 2")),
            forced_by=("name",),
        ),
        Effect("aws_lb.d", "in place", (Field("skip_destroy", "z", is_live=False),)),
        Effect("aws_lb.new", "created"),
        Effect("aws_acm_certificate_validation.v", "created"),
        Effect(TASK, "created"),
    ),
    omissions=("aws_lb.a.newer",),
    provider="5.100.0",
    pinned="6.25.0",
)
DISCOVERY = Discovery(
    "shop-qa", "111122223333", "eu-west-1", FOUND, (Given("tag", "7", "runs now"),), PLANNED
)
HARMLESS = replace(
    DISCOVERY, planned=replace(PLANNED, effects=PLANNED.effects[:2] + PLANNED.effects[3:])
)
UNPLANNED = replace(DISCOVERY, planned=None)


def test_a_secret_variable_is_named_and_not_shown() -> None:
    secret = replace(DISCOVERY, variables=(Given("key", "hunter2", "as given", is_secret=True),))
    assert as_json(secret)["variables"] == {"key": "(not shown)"}
    assert "  key=(not shown)  as given" in list(lines(secret))


def test_people_read_each_group_under_its_number() -> None:
    assert "\n".join(lines(DISCOVERY)) == (
        """shop-qa in account 111122223333, eu-west-1: 5 of its resources exist

None: would be imported and stay as they are (1)
  aws_lb.a

In place: would be imported and changed (2)
  aws_lb.b
    idle: 1 -> 2
  aws_lb.d
    nothing that is in AWS

Replaced: what exists would be destroyed (1)
  aws_lb.c: replaced by name: name forces it with the live value too
    name: "a" -> "b"

Keep the value that is live, since ours would replace them (1)
  aws_lb.b: name, subnets

Would be created (3)
  aws_lb.new: does not exist
  aws_acm_certificate_validation.v: nothing in AWS stands for it
  aws_ecs_task_definition.web: exists, but is not imported: x looks like a credential

Not checked: provider 5.100.0 is at hand, older than the pinned 6.25.0, and does not know (1)
  aws_lb.a.newer

Exists beside it, and no resource describes it (1)
  aws_lb_listener  arn:8080  a listener on port 8080

Nobody can look for these (1)
  aws_acm_certificate_validation.v: nothing in AWS stands for it

Variables (1)
  tag=7  runs now"""
    )


def test_without_a_plan_nothing_is_claimed() -> None:
    told = "\n".join(lines(UNPLANNED))
    assert "Not known: what the first apply would do to them" in told
    assert "Would be created, since they were not found (1)\n  aws_lb.new" in told
    assert "stay as they are" not in told
    report = as_json(UNPLANNED)
    assert report["harmless"] is False
    assert [report[name] for name in ("none", "in_place", "replaced", "created")] == [None] * 4


def test_programs_read_the_same() -> None:
    report = as_json(DISCOVERY)
    assert report["none"] == ["aws_lb.a"]
    assert report["in_place"] == {"aws_lb.b": {"idle": "1 -> 2"}, "aws_lb.d": {}}
    assert report["replaced"] == {
        "aws_lb.c": {
            "forced_by": ["name"],
            "why": "name forces it with the live value too",
            "fields": {"name": '"a" -> "b"', "q": "1 -> 2"},
        }
    }
    assert report["kept"] == {"aws_lb.b": ["name", "subnets"]}
    assert report["not_imported"] == {TASK: "x looks like a credential"}
    assert report["not_checked"] == ["aws_lb.a.newer"]


@pytest.mark.parametrize(
    ("discovery", "harmless"), [(DISCOVERY, False), (HARMLESS, True), (UNPLANNED, False)]
)
def test_only_a_plan_without_a_replacement_is_harmless(
    discovery: Discovery, harmless: bool
) -> None:
    assert discovery.is_harmless is harmless


def test_the_inventory_imports_what_was_found_but_for_what_is_left_out() -> None:
    inventory = DISCOVERY.inventory()
    assert set(inventory.resources) == {"aws_lb.a", "aws_lb.b", "aws_lb.c", "aws_lb.d"}
    one = inventory.resources["aws_lb.b"]
    assert (one.id, dict(one.keeps)) == ("2", {"name": "live", "subnets": None})
    # With what is not in AWS: whoever holds a plan against it finds every difference.
    assert one.changes == {"idle": "1 -> 2", "x": "y"}
    assert set(UNPLANNED.inventory().resources) == set(FOUND.ids)
