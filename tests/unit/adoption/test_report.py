"""The report of a discovery as text and JSON, and its inventory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from navra_stacks.account.lookup import FoundResources
from navra_stacks.account.lookup_types import UnmanagedResource
from navra_stacks.adoption.discovery import Discovery, PlannedImport
from navra_stacks.adoption.image_tags import VariableValue
from navra_stacks.adoption.impact import Effect, FieldChange
from navra_stacks.adoption.import_planner import ImportPlan
from navra_stacks.adoption.report import as_json, lines
from navra_stacks.terraform.plan import Plan

TASK = "aws_ecs_task_definition.web"
PLAN = Plan({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []})
FOUND = FoundResources(
    ids={"aws_lb.a": "1", "aws_lb.b": "2", "aws_lb.c": "3", "aws_lb.d": "4", TASK: "web:1"},
    missing=("aws_lb.new",),
    unmanaged=(UnmanagedResource("aws_lb_listener", "arn:8080", "a listener on port 8080"),),
    not_searchable={"aws_acm_certificate_validation.v": "it does not exist in AWS"},
)
PLANNED = PlannedImport(
    import_plan=ImportPlan(
        PLAN,
        preserved={"aws_lb.b": {"name": "live", "subnets": None}},
        not_imported={TASK: "x looks like a credential"},
        still_replaced={"aws_lb.c": "name forces the replacement even with the live value"},
        rejected={},
    ),
    effects=(
        Effect("aws_lb.a", "none"),
        Effect(
            "aws_lb.b",
            "in place",
            (FieldChange("idle", "1 -> 2"), FieldChange("x", "y", affects_aws=False)),
        ),
        Effect(
            "aws_lb.c",
            "replaced",
            (FieldChange("name", '"a" -> "b"'), FieldChange("q", "1 -> 2")),
            forced_by=("name",),
        ),
        Effect("aws_lb.d", "in place", (FieldChange("skip_destroy", "z", affects_aws=False),)),
        Effect("aws_lb.new", "created"),
        Effect("aws_acm_certificate_validation.v", "created"),
        Effect(TASK, "created"),
    ),
    omissions=("aws_lb.a.newer",),
    provider="5.100.0",
    pinned="6.25.0",
)
DISCOVERY = Discovery(
    "shop-qa", "111122223333", "eu-west-1", FOUND, (VariableValue("tag", "7", "running"),), PLANNED
)
HARMLESS = replace(
    DISCOVERY, planned=replace(PLANNED, effects=PLANNED.effects[:2] + PLANNED.effects[3:])
)
UNPLANNED = replace(DISCOVERY, planned=None)
BLOCKED = replace(
    HARMLESS,
    found=replace(
        FOUND,
        unmanaged=(
            *FOUND.unmanaged,
            UnmanagedResource("aws_lb_listener_rule", "arn:rule", "priority 1", "aws_lb.new"),
        ),
    ),
)
REJECTED = replace(
    HARMLESS,
    planned=replace(
        PLANNED,
        import_plan=replace(PLANNED.import_plan, rejected={"aws_lb.a": "expected x to be y"}),
        effects=(Effect("aws_lb.a", "created"), PLANNED.effects[1]),
    ),
)


def test_the_value_of_a_secret_variable_is_not_shown() -> None:
    secret = replace(
        DISCOVERY, variables=(VariableValue("key", "hunter2", "passed by --var", is_secret=True),)
    )
    assert as_json(secret)["variables"] == {"key": "(not shown)"}
    assert "  key=(not shown)  passed by --var" in list(lines(secret))


def test_the_text_report_has_a_section_for_each_group() -> None:
    assert "\n".join(lines(DISCOVERY)) == (
        """shop-qa in account 111122223333, eu-west-1: 5 of its resources exist

Would be imported without changes (1)
  aws_lb.a

Would be imported and updated in place (2)
  aws_lb.b
    idle: 1 -> 2
  aws_lb.d
    no change in AWS

Would be replaced: the existing resource would be destroyed (1)
  aws_lb.c: replaced, forced by name; name forces the replacement even with the live value
    name: "a" -> "b"

Live values preserved, because the settings' values would force a replacement (1)
  aws_lb.b: name, subnets

Would be created (3)
  aws_lb.new: does not exist
  aws_acm_certificate_validation.v: it does not exist in AWS
  aws_ecs_task_definition.web: exists, but is not imported, because x looks like a credential

Not checked: not supported by the installed provider 5.100.0, older than the required 6.25.0 (1)
  aws_lb.a.newer

Existing resources that the environment does not manage (1)
  aws_lb_listener  arn:8080  a listener on port 8080

Not searchable (1)
  aws_acm_certificate_validation.v: it does not exist in AWS

Variables (1)
  tag=7  running"""
    )


def test_without_a_plan_the_effects_are_unknown() -> None:
    text = "\n".join(lines(UNPLANNED))
    assert "The effects of the first apply are unknown" in text
    assert "Not found, would be created (1)\n  aws_lb.new" in text
    assert "without changes" not in text
    report = as_json(UNPLANNED)
    assert report["harmless"] is False
    assert [report[name] for name in ("none", "in_place", "replaced", "created")] == [None] * 4


def test_the_json_report_has_the_groups_of_the_text_report() -> None:
    report = as_json(DISCOVERY)
    assert report["none"] == ["aws_lb.a"]
    assert report["in_place"] == {"aws_lb.b": {"idle": "1 -> 2"}, "aws_lb.d": {}}
    assert report["replaced"] == {
        "aws_lb.c": {
            "forced_by": ["name"],
            "why": "name forces the replacement even with the live value",
            "fields": {"name": '"a" -> "b"', "q": "1 -> 2"},
        }
    }
    assert report["preserved"] == {"aws_lb.b": ["name", "subnets"]}
    assert report["not_imported"] == {TASK: "x looks like a credential"}
    assert report["not_checked"] == ["aws_lb.a.newer"]


@pytest.mark.parametrize(
    ("discovery", "harmless"),
    [(DISCOVERY, False), (HARMLESS, True), (UNPLANNED, False), (REJECTED, False), (BLOCKED, False)],
)
def test_only_a_plan_without_replacements_is_harmless(discovery: Discovery, harmless: bool) -> None:
    assert discovery.is_harmless is harmless


def test_a_resource_that_terraform_rejects_is_reported_with_the_error_and_not_imported() -> None:
    text = "\n".join(lines(REJECTED))
    assert "cannot create it again (1)\n  aws_lb.a: expected x to be y" in text
    assert "aws_lb.a: exists, but cannot be imported" in text
    assert as_json(REJECTED)["rejected"] == {"aws_lb.a": "expected x to be y"}
    assert "aws_lb.a" not in REJECTED.inventory().resources


def test_a_resource_that_an_existing_one_blocks_is_reported() -> None:
    text = "\n".join(lines(BLOCKED))
    blocker = "aws_lb_listener_rule arn:rule (priority 1)"
    assert "Cannot be created: delete the existing resource" in text
    assert f"  aws_lb.new: blocked by {blocker}" in text
    assert as_json(BLOCKED)["blocked"] == {"aws_lb.new": blocker}
    assert "Cannot be created" not in "\n".join(lines(HARMLESS))


def test_the_inventory_lists_the_found_resources_that_are_imported() -> None:
    inventory = DISCOVERY.inventory()
    assert set(inventory.resources) == {"aws_lb.a", "aws_lb.b", "aws_lb.c", "aws_lb.d"}
    imported = inventory.resources["aws_lb.b"]
    assert (imported.id, dict(imported.keeps)) == ("2", {"name": "live", "subnets": None})
    # Includes changes without effect in AWS: the guard compares the plan with this list.
    assert imported.changes == {"idle": "1 -> 2", "x": "y"}
    assert set(UNPLANNED.inventory().resources) == set(FOUND.ids)
