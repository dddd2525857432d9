"""The report of a discovery as text, Markdown and JSON, and its inventory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from navra_stacks.account.lookup import FoundResources
from navra_stacks.account.lookup_types import UnmanagedResource
from navra_stacks.adoption.discovery import Discovery, PlannedImport
from navra_stacks.adoption.image_tags import VariableValue
from navra_stacks.adoption.impact import Effect, FieldChange
from navra_stacks.adoption.import_planner import ImportPlan
from navra_stacks.adoption.owners import Owner
from navra_stacks.adoption.report import as_json, sections
from navra_stacks.adoption.report_text import markdown_lines, text_lines as lines
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
        live_defaults={"aws_lb.a": {"http2": False}},
        not_imported={TASK: "x looks like a credential"},
        still_replaced={"aws_lb.c": "name forces the replacement even with the live value"},
        rejected={},
    ),
    effects=(
        Effect("aws_lb.a", "none"),
        Effect(
            "aws_lb.b",
            "in place",
            (
                FieldChange("idle", "1 -> 2"),
                FieldChange("subnets", "a -> b", traffic="other addresses"),
                FieldChange("x", "y", affects_aws=False),
                FieldChange("tags_all", "+ Project=shop"),
            ),
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


def test_the_text_report_begins_with_the_counts_and_what_must_be_repaired() -> None:
    assert "\n".join(lines(DISCOVERY)) == (
        """shop-qa in account 111122223333, eu-west-1: 5 of its resources exist
first apply: 0 to import, 3 to add, 2 to change, 1 to replace, 0 to destroy

Do not apply before these are repaired (1)
  aws_lb.c: it would be replaced, forced by name

Would be replaced: the existing resource would be destroyed (1)
  aws_lb.c: replaced, forced by name; name forces the replacement even with the live value
    name: "a" -> "b"

Changes that affect traffic, tasks or data (1)
  aws_lb.b
    subnets: a -> b  (other addresses)

Would be updated in place (1)
  aws_lb.b
    idle: 1 -> 2

Would be created (3)
  aws_lb.new: does not exist
  aws_acm_certificate_validation.v: it does not exist in AWS
  aws_ecs_task_definition.web: exists, but is not imported, because x looks like a credential

Live values preserved, so that these settings are not in force yet (1)
  aws_lb.b: name, subnets
    later: remove the entry from `keeps`, and apply
    risk: Terraform replaces the resource, and `navra guard` refuses the plan

Live values preserved that no setting determines (1)
  aws_lb.a: http2

Tags that change (1)
  + Project=shop
    aws_lb.b

Would be imported without changes, or with changes of tags only (2)
  aws_lb.a
  aws_lb.d

Not checked: not supported by the installed provider 5.100.0, older than the required 6.25.0 (1)
  aws_lb.a.newer

Existing resources that the environment does not manage (1)
  aws_lb_listener  arn:8080  a listener on port 8080

Not searchable (1)
  aws_acm_certificate_validation.v: it does not exist in AWS

Variables (1)
  tag=7  running"""
    )


def updated(address: str, *fields: FieldChange) -> Effect:
    return Effect(address, "in place", fields)


def test_defaults_of_the_provider_are_folded() -> None:
    default = FieldChange("proxy_protocol_v2", "absent -> false", is_default=True)
    effects = (updated("aws_lb_target_group.web", FieldChange("interval", "30 -> 15"), default),)
    discovery = replace(DISCOVERY, planned=replace(PLANNED, effects=effects))
    (folded,) = (one for one in sections(discovery) if one.title.startswith("Defaults of"))
    assert folded.is_folded
    assert folded.entries[0].details == ("proxy_protocol_v2: absent -> false",)
    (shown,) = (one for one in sections(discovery) if one.title.startswith("Would be updated"))
    assert shown.entries[0].details == ("interval: 30 -> 15",)


def test_resources_with_the_same_changes_share_an_entry() -> None:
    check, tags = FieldChange("interval", "30 -> 15"), FieldChange("tags_all", "+ a=b")
    effects = tuple(updated(f"aws_lb_target_group.{name}", check, tags) for name in "wxyz")
    text = "\n".join(lines(replace(DISCOVERY, planned=replace(PLANNED, effects=effects))))
    names = ", ".join(f"aws_lb_target_group.{name}" for name in "wxyz")
    assert f"Would be updated in place (4)\n  {names}\n    interval: 30 -> 15\n" in text
    assert "Tags that change (4)\n  + a=b\n    4 resources\n" in text
    assert "without changes" not in text


def test_the_markdown_report_folds_what_only_serves_to_look_something_up() -> None:
    text = "\n".join(markdown_lines(DISCOVERY))
    assert text.startswith("### shop-qa in account 111122223333, eu-west-1: 5 of its ")
    assert "**first apply: 0 to import, 3 to add, 2 to change, 1 to replace, 0 to destroy**" in text
    assert "**Would be updated in place (1)**\n\n- `aws_lb.b`\n  - `idle: 1 -> 2`\n" in text
    assert (
        "<details><summary>Not searchable (1)</summary>\n\n"
        "- `aws_acm_certificate_validation.v: it does not exist in AWS`\n\n</details>"
    ) in text
    # A text with a backtick, such as the name of a setting.
    assert "  - `` later: remove the entry from `keeps`, and apply ``" in text


OWNED = replace(
    HARMLESS,
    owners=(
        Owner("CloudFormation stack", "console", ("aws_lb.a", "aws_lb.b"), "Delete it.", False),
        Owner("Terraform state", "terraform=true", ("aws_lb.d",), "Remove it.", True),
    ),
    owners_not_checked=("needs the permission tag:GetResources",),
)


def test_other_owners_are_reported_and_prevent_the_apply_only_if_they_conflict() -> None:
    text = "\n".join(lines(OWNED))
    assert "Also managed by something else (2)" in text
    assert "  CloudFormation stack console: aws_lb.a, aws_lb.b\n    Delete it." in text
    assert "Other owners not checked (1)\n  needs the permission tag:GetResources" in text
    assert OWNED.blockers == {
        "aws_lb.d": "the Terraform state terraform=true manages it; Remove it."
    }
    assert [owner["conflicts"] for owner in as_json(OWNED)["owners"]] == [False, True]
    assert OWNED.inventory().blockers == (f"aws_lb.d: {OWNED.blockers['aws_lb.d']}",)


def test_the_errors_of_terraform_are_in_the_report_and_the_inventory() -> None:
    failed = replace(UNPLANNED, plan_errors={"data.aws_vpc.vpc": "no matching VPC"})
    assert failed.blockers == {"data.aws_vpc.vpc": "Terraform cannot plan it: no matching VPC"}
    assert "  data.aws_vpc.vpc: Terraform cannot plan it: no matching VPC" in list(lines(failed))
    assert len(failed.inventory().blockers) == 1


def test_the_json_report_has_the_groups_of_the_text_report() -> None:
    report = as_json(DISCOVERY)
    assert report["none"] == ["aws_lb.a"]
    assert report["counts"] == {"import": 0, "add": 3, "change": 2, "replace": 1, "destroy": 0}
    assert report["traffic"] == {"aws_lb.b": {"subnets": "other addresses"}}
    assert report["in_place"] == {
        "aws_lb.b": {"idle": "1 -> 2", "subnets": "a -> b", "tags_all": "+ Project=shop"},
        "aws_lb.d": {},
    }
    assert report["replaced"] == {
        "aws_lb.c": {
            "forced_by": ["name"],
            "why": "name forces the replacement even with the live value",
            "fields": {"name": '"a" -> "b"', "q": "1 -> 2"},
        }
    }
    assert report["preserved"] == {"aws_lb.b": ["name", "subnets"]}
    assert report["live_defaults"] == {"aws_lb.a": ["http2"]}
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
    assert "  aws_lb.a: Terraform cannot import it: expected x to be y" in text
    assert "aws_lb.a: exists, but cannot be imported" in text
    assert as_json(REJECTED)["rejected"] == {"aws_lb.a": "expected x to be y"}
    assert "aws_lb.a" not in REJECTED.inventory().resources


def test_a_resource_that_an_existing_one_blocks_is_reported() -> None:
    text = "\n".join(lines(BLOCKED))
    blocker = "aws_lb_listener_rule arn:rule (priority 1)"
    assert f"  aws_lb.new: AWS would reject it, because {blocker} is in the way" in text
    assert as_json(BLOCKED)["blocked"] == {"aws_lb.new": blocker}
    assert "Do not apply" not in "\n".join(lines(HARMLESS))


def test_the_inventory_lists_the_found_resources_that_are_imported() -> None:
    inventory = DISCOVERY.inventory()
    assert set(inventory.resources) == {"aws_lb.a", "aws_lb.b", "aws_lb.c", "aws_lb.d"}
    imported = inventory.resources["aws_lb.b"]
    assert (imported.id, dict(imported.keeps)) == ("2", {"name": "live", "subnets": None})
    # Includes changes without effect in AWS: the guard compares the plan with this list.
    assert imported.changes == {
        "idle": "1 -> 2",
        "subnets": "a -> b",
        "tags_all": "+ Project=shop",
        "x": "y",
    }
    assert dict(inventory.resources["aws_lb.a"].live_defaults) == {"http2": False}
    assert set(UNPLANNED.inventory().resources) == set(FOUND.ids)
