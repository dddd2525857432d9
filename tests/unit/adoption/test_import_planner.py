"""Plans are made again until nothing more is replaced than must be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from navra_stacks.adoption.import_planner import ImportPlan, ImportPlanner, with_imports
from navra_stacks.adoption.live_values import live_value
from navra_stacks.terraform.plan import Plan

ONE = "aws_lb.one"
TASK = "aws_ecs_task_definition.web"
DOCUMENT: dict[str, Any] = {
    "resource": {
        "aws_lb": {"one": {"name": "ours", "subnets": ["a"]}},
        "aws_lb_listener": {"two": {"load_balancer_arn": "${aws_lb.one.arn}", "port": 80}},
        "aws_ecs_task_definition": {"web": {"family": "f", "container_definitions": "[]"}},
    }
}
ATTRIBUTES = {
    "name": {"optional": True},
    "arn": {"computed": True},
    "made_by": {"optional": True, "computed": True},
}
SCHEMA = {
    "resource_schemas": {
        "aws_lb": {
            "block": {
                "attributes": ATTRIBUTES,
                "block_types": {
                    "mapping": {
                        "block": {
                            "attributes": ATTRIBUTES,
                            "block_types": {"inner": {"block": {"attributes": ATTRIBUTES}}},
                        }
                    }
                },
            }
        }
    }
}


def replaced(address: str, before: dict[str, Any], *paths: list[Any], **more: Any) -> Any:
    type_ = address.partition(".")[0]
    change = {
        "actions": ["delete", "create"],
        "before": before,
        "after": {},
        "after_unknown": {},
        "replace_paths": list(paths),
    }
    return {"address": address, "type": type_, "mode": "managed", "change": change | more}


class Plans:
    """A Terraform that answers with one list of changes after the other, the last again."""

    def __init__(self, *rounds: list[Any]) -> None:
        self.rounds = list(rounds)
        self.asked: list[Mapping[str, Any]] = []

    def __call__(self, document: Mapping[str, Any]) -> Plan:
        self.asked.append(document)
        changes = self.rounds[min(len(self.asked), len(self.rounds)) - 1]
        return Plan(
            {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}
        )


def settled(plans: Plans, *ids: str) -> ImportPlan:
    return ImportPlanner(DOCUMENT, SCHEMA, plans).settle({one: f"id of {one}" for one in ids})


def test_what_forces_a_replacement_takes_the_live_value_in_the_next_plan() -> None:
    plans = Plans([replaced(ONE, {"name": "live ${x}"}, ["name"])], [])
    found = settled(plans, ONE)
    assert found.keeps == {ONE: {"name": "live ${x}"}}
    assert found.stays == {}
    first, second = plans.asked
    assert first["resource"] == DOCUMENT["resource"]
    # Escaped, since Terraform reads a template.
    assert second["resource"]["aws_lb"]["one"] == {"name": "live $${x}", "subnets": ["a"]}
    assert second["import"] == [{"to": ONE, "id": f"id of {ONE}"}]


def test_what_is_replaced_because_of_something_else_is_kept_once_that_stays() -> None:
    listener = "aws_lb_listener.two"
    follows = replaced(
        listener,
        {"load_balancer_arn": "arn:lb", "port": 80},
        ["load_balancer_arn"],
        after_unknown={"load_balancer_arn": True},
    )
    plans = Plans([replaced(ONE, {"name": "live"}, ["name"]), follows], [])
    found = settled(plans, ONE, listener)
    assert found.keeps == {ONE: {"name": "live"}}
    assert len(plans.asked) == 2


def test_what_was_kept_stays_so_when_a_later_plan_asks_for_more() -> None:
    live = {"name": "live", "subnets": ["b"]}
    plans = Plans([replaced(ONE, live, ["name"])], [replaced(ONE, live, ["subnets", 0])], [])
    found = settled(plans, ONE)
    assert found.keeps == {ONE: live}
    assert plans.asked[2]["resource"]["aws_lb"]["one"] == live


def test_what_follows_something_that_is_created_stays_replaced_and_says_why() -> None:
    follows = replaced(ONE, {"name": "live"}, ["name"], after_unknown={"name": True})
    plans = Plans([follows])
    found = settled(plans, ONE)
    assert found.keeps == {}
    assert found.stays == {ONE: "name is only known once something else is"}
    assert len(plans.asked) == 1


def test_a_live_value_that_forces_a_replacement_too_is_told_and_ends_it() -> None:
    plans = Plans([replaced(ONE, {"name": "live"}, ["name"])])
    found = settled(plans, ONE)
    assert found.stays == {ONE: "name forces it with the live value too"}
    assert len(plans.asked) == 2


def test_what_lies_in_another_vpc_is_not_taken_for_ours() -> None:
    path, vpcs = ["vpc_id"], ({"vpc_id": "vpc-theirs"}, {"vpc_id": "vpc-ours"})
    found = settled(Plans([replaced(ONE, vpcs[0], path, after=vpcs[1])]), ONE)
    assert found.keeps == {}
    assert found.stays == {ONE: "it lies in vpc-theirs, and ours in vpc-ours"}


def test_a_sensitive_argument_is_never_kept() -> None:
    plans = Plans([replaced(ONE, {"name": "x"}, ["name"], before_sensitive={"name": True})])
    found = settled(plans, ONE)
    assert found.keeps == {}
    assert found.stays == {ONE: "name forces it, and is sensitive"}


def test_a_block_is_never_kept_whose_other_arguments_are_sensitive() -> None:
    mapping = {"mapping": [{"name": "x", "made_by": "hunter2"}]}
    marked = {"mapping": [{"made_by": True}]}
    path = ["mapping", 0, "name"]
    found = settled(Plans([replaced(ONE, mapping, path, before_sensitive=marked)]), ONE)
    assert found.keeps == {}
    assert found.stays == {ONE: "mapping[0].name forces it, and is sensitive"}


def test_a_credential_is_never_kept_and_the_replacement_is_told() -> None:
    url = "postgres://app:" + "hunter2@db/shop"
    found = settled(Plans([replaced(ONE, {"name": url}, ["name"])]), ONE)
    assert found.keeps == {}
    assert found.stays == {
        ONE: "name looks like a credential, which no file may hold, so the live value cannot be "
        "kept"
    }


def test_a_task_definition_with_a_credential_is_registered_anew_instead_of_imported() -> None:
    live = json.dumps([{"environment": [{"name": "API_KEY", "value": "x1"}]}])
    change = replaced(
        TASK, {"container_definitions": live, "cpu": "1"}, ["container_definitions"], ["cpu"]
    )
    plans = Plans([change], [])
    found = settled(plans, TASK, ONE)
    assert found.keeps == {}
    assert found.left_out == {
        TASK: "container_definitions.0.environment.0.API_KEY looks like a credential, which no "
        "file may hold"
    }
    assert [one["to"] for one in plans.asked[1]["import"]] == [ONE]


def test_one_of_several_of_one_block_cannot_keep_its_value() -> None:
    address = 'aws_lb.one["a.b"]'
    found = settled(Plans([replaced(address, {"name": "live"}, ["name"])]), address)
    assert found.keeps == {}
    assert found.stays == {address: "name forces it, and one block describes all"}


def test_plans_come_to_an_end_whatever_terraform_says() -> None:
    rounds = [[replaced(ONE, {f"a{n}": n}, [f"a{n}"])] for n in range(20)]
    plans = Plans(*rounds)
    settled(plans, ONE)
    assert len(plans.asked) == 8


def test_an_argument_that_is_live_in_nothing_is_left_out() -> None:
    copy = with_imports(DOCUMENT, {}, {ONE: {"subnets": None, "name": "n"}})
    assert copy["resource"]["aws_lb"]["one"] == {"name": "n"}
    assert "subnets" in DOCUMENT["resource"]["aws_lb"]["one"], "the document itself was changed"


def test_of_a_live_block_only_what_a_document_may_give_is_kept() -> None:
    full = {"name": "n", "arn": "arn:x", "made_by": None, "unknown": 1}
    before = [full | {"inner": [full]}, {"name": None, "arn": "arn:y", "inner": []}]
    assert live_value(before, SCHEMA, "aws_lb", "mapping") == [
        {"name": "n", "inner": [{"name": "n"}]},
        {},
    ]
    assert live_value([], SCHEMA, "aws_lb", "mapping") is None
    assert live_value(["a"], SCHEMA, "aws_lb", "name") == ["a"]
