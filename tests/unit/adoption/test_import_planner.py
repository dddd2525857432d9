"""The import planner repeats the plan until no further replacement can be avoided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.adoption.import_planner import (
    ImportPlan,
    ImportPlanner,
    PlanFailedError,
    with_imports,
)
from navra_stacks.adoption.live_values import live_value
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.working_directory import TerraformError

SENSITIVE = "forces the replacement and is sensitive, so the live value cannot be preserved"
LB = "aws_lb.one"
TASK = "aws_ecs_task_definition.web"
DOCUMENT: dict[str, Any] = {
    "resource": {
        "aws_lb": {"one": {"name": "document", "subnets": ["a"]}},
        "aws_lb_listener": {"two": {"load_balancer_arn": "${aws_lb.one.arn}", "port": 80}},
        "aws_ecs_task_definition": {"web": {"family": "f", "container_definitions": "[]"}},
    }
}
ATTRIBUTES = {
    "name": {"optional": True},
    "arn": {"computed": True},
    "created_by": {"optional": True, "computed": True},
}
SCHEMA = {
    "resource_schemas": {
        "aws_ecs_task_definition": {
            "block": {
                "attributes": {
                    "execution_role_arn": {"optional": True},
                    "task_role_arn": {"optional": True},
                }
            }
        },
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
        },
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


def updated(address: str, before: dict[str, Any], after: dict[str, Any], **more: Any) -> Any:
    change = {"actions": ["update"], "before": before, "after": after, "importing": {"id": "x"}}
    return {
        "address": address,
        "type": address.partition(".")[0],
        "mode": "managed",
        "change": change | {"after_unknown": {}} | more,
    }


class FakeTerraform:
    """Return the given plans in order, and the last one from then on."""

    def __init__(self, *rounds: list[Any]) -> None:
        self.rounds = list(rounds)
        self.documents: list[Mapping[str, Any]] = []

    def __call__(self, document: Mapping[str, Any]) -> Plan:
        self.documents.append(document)
        changes = self.rounds[min(len(self.documents), len(self.rounds)) - 1]
        return Plan(
            {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}
        )


def planned(terraform: FakeTerraform, *ids: str) -> ImportPlan:
    return ImportPlanner(DOCUMENT, SCHEMA, terraform).plan(
        {address: f"id of {address}" for address in ids}
    )


def test_an_argument_that_forces_a_replacement_gets_its_live_value_in_the_next_plan() -> None:
    terraform = FakeTerraform([replaced(LB, {"name": "live ${x}"}, ["name"])], [])
    found = planned(terraform, LB)
    assert found.preserved == {LB: {"name": "live ${x}"}}
    assert found.still_replaced == {}
    first, second = terraform.documents
    assert first["resource"] == DOCUMENT["resource"]
    # Escaped, because Terraform evaluates the string as a template.
    assert second["resource"]["aws_lb"]["one"] == {"name": "live $${x}", "subnets": ["a"]}
    assert second["import"] == [{"to": LB, "id": f"id of {LB}"}]


def test_a_dependent_replacement_is_avoided_together_with_its_cause() -> None:
    listener = "aws_lb_listener.two"
    dependent = replaced(
        listener,
        {"load_balancer_arn": "arn:lb", "port": 80},
        ["load_balancer_arn"],
        after_unknown={"load_balancer_arn": True},
    )
    terraform = FakeTerraform([replaced(LB, {"name": "live"}, ["name"]), dependent], [])
    found = planned(terraform, LB, listener)
    assert found.preserved == {LB: {"name": "live"}}
    assert len(terraform.documents) == 2


def test_preserved_values_accumulate_over_the_plans() -> None:
    live = {"name": "live", "subnets": ["b"]}
    terraform = FakeTerraform(
        [replaced(LB, live, ["name"])], [replaced(LB, live, ["subnets", 0])], []
    )
    found = planned(terraform, LB)
    assert found.preserved == {LB: live}
    assert terraform.documents[2]["resource"]["aws_lb"]["one"] == live


def test_a_replacement_caused_by_a_creation_is_reported_with_its_reason() -> None:
    dependent = replaced(LB, {"name": "live"}, ["name"], after_unknown={"name": True})
    terraform = FakeTerraform([dependent])
    found = planned(terraform, LB)
    assert found.preserved == {}
    assert found.still_replaced == {LB: "name is known only after another resource is created"}
    assert len(terraform.documents) == 1


def test_a_task_definition_keeps_its_roles_before_those_of_the_settings_exist() -> None:
    live = {"execution_role_arn": "arn:aws:iam::111122223333:role/shared", "task_role_arn": ""}
    task = replaced(
        TASK,
        live,
        ["execution_role_arn"],
        ["task_role_arn"],
        after_unknown={"execution_role_arn": True, "task_role_arn": True},
    )
    found = planned(FakeTerraform([task], []), TASK)
    # An empty string is the provider's value for a role that does not exist.
    assert found.preserved == {TASK: {**live, "task_role_arn": None}}
    assert found.still_replaced == {}


def test_the_first_plan_contains_the_values_that_are_known_to_be_preserved() -> None:
    terraform = FakeTerraform([])
    seeds = {LB: {"name": "live", "subnets": None}, "aws_lb_listener.two": {"port": 81}}
    found = ImportPlanner(DOCUMENT, SCHEMA, terraform).plan({LB: "id"}, preserved=seeds)
    (document,) = terraform.documents
    assert document["resource"]["aws_lb"]["one"] == {"name": "live"}
    # A resource that is not imported has no live values.
    assert document["resource"]["aws_lb_listener"] == DOCUMENT["resource"]["aws_lb_listener"]
    assert found.preserved == {LB: seeds[LB]}


def test_an_argument_that_the_document_does_not_set_keeps_its_live_value() -> None:
    live = {"name": "live", "http2": False, "mapping": [{"name": "m", "arn": "arn:m"}], "logs": ""}
    reset = updated(LB, live, {"name": "document", "http2": True, "mapping": [], "logs": "x"})
    terraform = FakeTerraform([reset], [])
    found = planned(terraform, LB)
    # The settings decide the name, and `logs` has no live value.
    assert found.live_defaults == {LB: {"http2": False, "mapping": [{"name": "m"}]}}
    assert found.preserved == {}
    first, second = terraform.documents
    assert first["resource"] == DOCUMENT["resource"]
    assert second["resource"]["aws_lb"]["one"] == {
        "name": "document",
        "subnets": ["a"],
        "http2": False,
        "mapping": [{"name": "m"}],
    }


@pytest.mark.parametrize(
    ("argument", "value", "more"),
    [
        ("force_destroy", True, {}),
        ("created_by", "x", {"after_unknown": {"created_by": True}}),
        ("owner", "x", {"before_sensitive": {"owner": True}}),
        ("url", "postgres://app:" + "hunter2@db/shop", {}),
        ("tags_all", {"ecs:service:stackId": "arn:stack"}, {}),
        ("owner", "x", {"importing": None}),
        ("owner", "x", {"actions": ["create"]}),
    ],
)
def test_no_live_value_is_kept_for_an_argument(argument: str, value: Any, more: Any) -> None:
    """Terraform's own, computed, sensitive and secret arguments, and resources without import."""
    terraform = FakeTerraform([updated(LB, {argument: value}, {argument: None}, **more)])
    assert planned(terraform, LB).live_defaults == {}
    assert len(terraform.documents) == 1


def test_tags_of_the_ecs_console_are_kept_and_others_are_decided_by_the_settings() -> None:
    stack = {"ecs:service:stackId": "arn:stack/${1}"}
    tagged = updated(LB, {"tags": {**stack, "owner": "platform"}}, {"tags": None})
    terraform = FakeTerraform([tagged], [])
    assert planned(terraform, LB).live_defaults == {LB: {"tags": stack}}
    assert terraform.documents[1]["resource"]["aws_lb"]["one"]["tags"] == {
        "ecs:service:stackId": "arn:stack/$${1}"
    }
    with_tags = {"resource": {"aws_lb": {"one": {"tags": {"Name": "web"}}}}}
    copy = with_imports(with_tags, {}, {}, {LB: {"tags": stack}})
    assert copy["resource"]["aws_lb"]["one"]["tags"].keys() == {"Name", *stack}


def test_a_revision_whose_replacement_cannot_be_avoided_is_not_imported() -> None:
    """A replacement would deregister the running revision; without the import it stays."""
    task = replaced(TASK, {"cpu": "1"}, ["cpu"], before_sensitive={"cpu": True})
    terraform = FakeTerraform([task], [])
    found = planned(terraform, TASK)
    assert found.not_imported == {TASK: "cpu " + SENSITIVE}
    assert found.still_replaced == {}
    assert terraform.documents[1]["import"] == []


def test_a_resource_that_makes_the_plan_fail_is_not_imported_and_the_error_is_its_reason() -> None:
    documents: list[Mapping[str, Any]] = []

    def run_plan(document: Mapping[str, Any]) -> Plan:
        documents.append(document)
        if any(block["to"] == LB for block in document["import"]):
            raise TerraformError(("plan",), "error", by_address={LB: "expected x to be y"})
        return Plan({"format_version": "1.2", "terraform_version": "1", "resource_changes": []})

    found = ImportPlanner(DOCUMENT, SCHEMA, run_plan).plan(
        {LB: "id", TASK: "web:1"}, preserved={LB: {"name": "live"}}
    )
    assert found.rejected == {LB: "expected x to be y"}
    assert found.preserved == {}
    assert [block["to"] for block in documents[-1]["import"]] == [TASK]


@pytest.mark.parametrize("address", ["", "aws_vpc.other"])
def test_an_error_that_no_imported_resource_causes_ends_the_planning(address: str) -> None:
    error = TerraformError(("plan",), "no", by_address={address: "no"} if address else {})

    def run_plan(_: Mapping[str, Any]) -> Plan:
        raise error

    with pytest.raises(PlanFailedError) as raised:
        ImportPlanner(DOCUMENT, SCHEMA, run_plan).plan({LB: "id"})
    assert raised.value.by_address == {address or "terraform": "no"}


def test_a_live_value_that_still_forces_a_replacement_ends_the_planning() -> None:
    terraform = FakeTerraform([replaced(LB, {"name": "live"}, ["name"])])
    found = planned(terraform, LB)
    assert found.still_replaced == {LB: "name forces the replacement even with the live value"}
    assert len(terraform.documents) == 2


def test_a_resource_in_another_vpc_is_not_preserved() -> None:
    path, vpcs = ["vpc_id"], ({"vpc_id": "vpc-existing"}, {"vpc_id": "vpc-document"})
    found = planned(FakeTerraform([replaced(LB, vpcs[0], path, after=vpcs[1])]), LB)
    assert found.preserved == {}
    assert found.still_replaced == {
        LB: "it exists in vpc-existing, but the document uses vpc-document"
    }


def test_a_sensitive_argument_is_never_preserved() -> None:
    terraform = FakeTerraform(
        [replaced(LB, {"name": "x"}, ["name"], before_sensitive={"name": True})]
    )
    found = planned(terraform, LB)
    assert found.preserved == {}
    assert found.still_replaced == {LB: "name " + SENSITIVE}


def test_a_block_with_a_sensitive_argument_is_never_preserved() -> None:
    mapping = {"mapping": [{"name": "x", "created_by": "hunter2"}]}
    marked = {"mapping": [{"created_by": True}]}
    path = ["mapping", 0, "name"]
    found = planned(FakeTerraform([replaced(LB, mapping, path, before_sensitive=marked)]), LB)
    assert found.preserved == {}
    assert found.still_replaced == {LB: "mapping[0].name " + SENSITIVE}


def test_a_credential_is_never_preserved_and_the_replacement_is_reported() -> None:
    url = "postgres://app:" + "hunter2@db/shop"
    found = planned(FakeTerraform([replaced(LB, {"name": url}, ["name"])]), LB)
    assert found.preserved == {}
    assert found.still_replaced == {
        LB: "name looks like a credential, which must not be written to a file"
    }


def test_a_task_definition_with_a_credential_is_not_imported() -> None:
    live = json.dumps([{"environment": [{"name": "API_KEY", "value": "x1"}]}])
    change = replaced(
        TASK, {"container_definitions": live, "cpu": "1"}, ["container_definitions"], ["cpu"]
    )
    terraform = FakeTerraform([change], [])
    found = planned(terraform, TASK, LB)
    assert found.preserved == {}
    assert found.not_imported == {
        TASK: "container_definitions.0.environment.0.API_KEY looks like a credential, which "
        "must not be written to a file"
    }
    assert [block["to"] for block in terraform.documents[1]["import"]] == [LB]


def test_the_live_value_of_one_instance_cannot_be_preserved() -> None:
    address = 'aws_lb.one["a.b"]'
    found = planned(FakeTerraform([replaced(address, {"name": "live"}, ["name"])]), address)
    assert found.preserved == {}
    assert found.still_replaced == {
        address: "name forces the replacement, and the live value of one instance cannot be set in "
        "a block with count or for_each"
    }


def test_the_number_of_plans_is_limited() -> None:
    rounds = [[replaced(LB, {f"a{n}": n}, [f"a{n}"])] for n in range(20)]
    terraform = FakeTerraform(*rounds)
    planned(terraform, LB)
    assert len(terraform.documents) == 8


def test_an_argument_without_a_live_value_is_omitted() -> None:
    copy = with_imports(DOCUMENT, {}, {LB: {"subnets": None, "name": "n"}})
    assert copy["resource"]["aws_lb"]["one"] == {"name": "n"}
    assert "subnets" in DOCUMENT["resource"]["aws_lb"]["one"], "the original document was changed"


def test_empty_strings_of_optional_arguments_are_omitted_at_any_depth() -> None:
    assert live_value("", SCHEMA, "aws_lb", "name") is None
    block = [{"name": "", "inner": [{"name": "", "created_by": "x"}, {"name": "a"}]}]
    assert live_value(block, SCHEMA, "aws_lb", "mapping") == [
        {"inner": [{"created_by": "x"}, {"name": "a"}]}
    ]


def test_computed_attributes_of_a_live_block_are_omitted() -> None:
    full = {"name": "n", "arn": "arn:x", "created_by": None, "unknown": 1}
    before = [full | {"inner": [full]}, {"name": None, "arn": "arn:y", "inner": []}]
    assert live_value(before, SCHEMA, "aws_lb", "mapping") == [
        {"name": "n", "inner": [{"name": "n"}]},
        {},
    ]
    assert live_value([], SCHEMA, "aws_lb", "mapping") is None
    assert live_value(["a"], SCHEMA, "aws_lb", "name") == ["a"]
