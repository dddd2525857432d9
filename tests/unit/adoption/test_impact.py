"""The effects of a plan are described field by field, without secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.adoption.impact import Effect, FieldChange, effects_of
from navra_stacks.terraform.plan import Plan
from tests.support.credentials import CREDENTIALS

SCHEMA = {
    "resource_schemas": {
        "aws_lb": {"block": {"attributes": {"arn": {"computed": True}, "name": {"required": True}}}}
    }
}


def effect(actions: list[str], before: Any = None, after: Any = None, **more: Any) -> Effect:
    change = {"actions": actions, "before": before, "after": after, "after_unknown": {}} | more
    resource = {"address": "aws_lb.one", "type": "aws_lb", "mode": "managed", "change": change}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [resource],
    }
    (found,) = effects_of(Plan(plan), SCHEMA)
    return found


def fields(before: Any, after: Any, **more: Any) -> dict[str, str]:
    found = effect(["update"], before, after, **more)
    return {field.path: field.change for field in found.fields if field.affects_aws}


@pytest.mark.parametrize(
    ("actions", "kind"),
    [
        (["no-op"], "none"),
        (["create"], "created"),
        (["update"], "in place"),
        (["delete", "create"], "replaced"),
        (["create", "delete"], "replaced"),
        (["delete"], "deleted"),
    ],
)
def test_the_kind_of_an_effect_follows_from_the_actions(actions: list[str], kind: str) -> None:
    assert effect(actions, {}, {}).kind == kind


def test_changed_fields_are_shown_with_old_and_new_value() -> None:
    assert fields(
        {"idle": 60, "check": [{"path": "/"}], "on": None, "gone": "x", "same": 1},
        {"idle": 30, "check": [{"path": "/up"}], "on": True, "gone": None, "same": 1},
    ) == {
        "check[0].path": '"/" -> "/up"',
        "gone": '"x" -> absent',
        "idle": "60 -> 30",
        "on": "absent -> true",
    }


def test_two_empty_values_do_not_differ_but_null_and_false_do() -> None:
    assert fields(
        {"a": None, "b": "", "c": [], "d": None, "e": None},
        {"a": "", "b": None, "c": None, "d": False, "e": 0},
    ) == {"d": "absent -> false", "e": "absent -> 0"}


def test_added_changed_and_removed_tags_are_shown() -> None:
    before = {"tags": {"team": "growth", "Name": "a"}, "tags_all": {"team": "growth", "Name": "a"}}
    after = {"tags": {"Name": "b"}, "tags_all": {"Name": "b", "Project": "shop"}}
    assert fields(before, after) == {
        "tags": "Name: a -> b, - team=growth",
        "tags_all": "+ Project=shop, Name: a -> b, - team=growth",
    }


def test_json_strings_are_compared_by_their_content() -> None:
    old = {"Statement": [{"Action": "a", "Resource": "x"}]}
    new = {"Statement": [{"Action": "b", "Resource": "x"}]}
    assert fields({"policy": json.dumps(old)}, {"policy": json.dumps(new)}) == {
        "policy": 'Statement[0].Action: "a" -> "b"'
    }
    assert fields({"policy": json.dumps(old)}, {"policy": json.dumps(old, indent=1)}) == {
        "policy": "only the formatting differs"
    }


def test_an_unknown_value_is_shown_unless_aws_computes_it() -> None:
    assert fields({"name": "a", "arn": "x"}, {}, after_unknown={"name": True, "arn": True}) == {
        "name": '"a" -> (known after apply)'
    }


def test_changes_without_effect_in_aws_are_listed_as_such() -> None:
    """The list must contain every difference of the plan."""
    before = {"skip_destroy": None, "b": None, "arn": "x", "name": "a"}
    after = {"skip_destroy": True, "b": "", "name": "b"}
    found = effect(["update"], before, after, after_unknown={"arn": True})
    assert found.fields == (
        FieldChange("arn", '"x" -> (known after apply)', affects_aws=False),
        FieldChange("b", 'absent -> ""', affects_aws=False),
        FieldChange("name", '"a" -> "b"'),
        FieldChange("skip_destroy", "absent -> true", affects_aws=False),
    )


def test_a_replacement_lists_the_arguments_that_force_it() -> None:
    found = effect(
        ["delete", "create"], {"name": "a"}, {"name": "b"}, replace_paths=[["name"], ["name"]]
    )
    assert found.forced_by == ("name",)
    assert [field.change for field in found.fields] == ['"a" -> "b"']


@pytest.mark.parametrize("mask", ["before_sensitive", "after_sensitive"])
@pytest.mark.parametrize("marked", [{"auth": True}, {"auth": [{"key": True}]}])
def test_a_sensitive_value_is_hidden(mask: str, marked: Any) -> None:
    shown = fields({"auth": [{"key": "old"}]}, {"auth": [{"key": "new"}]}, **{mask: marked})
    assert shown == {"auth[0].key": "(not shown)"}


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_value_that_looks_like_a_credential_is_hidden(value: str) -> None:
    shown = fields(
        {
            "url": value,
            "text": json.dumps([{"name": "A", "value": value}]),
            "tags": {"a": value},
            "block": [{"environment": [{"value": value}]}],
        },
        {
            "url": "",
            "text": json.dumps([{"name": "A", "value": ""}]),
            "tags": {"a": "b"},
            "block": [],
        },
    )
    assert set(shown) == {"url", "text", "tags", "block"}
    assert value not in json.dumps(shown, ensure_ascii=False)
    assert json.dumps(value)[1:-1] not in str(shown)


def test_a_value_is_hidden_if_a_sibling_or_parent_marks_it_as_secret() -> None:
    def values(secret: str) -> dict[str, Any]:
        variable = [{"name": "DB_PASSWORD", "value": secret}]
        return {
            "text": json.dumps([{"name": "web", "environment": variable}]),
            "blocks": [{"environment": variable}],
            "variables": {"DB_PASSWORD": secret},
        }

    assert fields(values("hunter1"), values("hunter2")) == {
        "text": "(not shown)",
        "blocks[0].environment[0].value": "(not shown)",
        "variables.DB_PASSWORD": "(not shown)",
    }


def test_a_long_value_is_truncated() -> None:
    shown = fields({"text": "x" * 200}, {"text": "y"})["text"]
    assert shown.endswith('... -> "y"')
    assert len(shown) < 120


def traffic(type_: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}}
    resource = {"address": f"{type_}.one", "type": type_, "mode": "managed", "change": change}
    head = {"format_version": "1.2", "terraform_version": "1.11.4"}
    (found,) = effects_of(Plan(head | {"resource_changes": [resource]}), SCHEMA)
    return {field.path: field.traffic for field in found.fields if field.traffic}


DEPLOYS = "ECS starts a deployment, which replaces the tasks"


@pytest.mark.parametrize(
    ("type_", "before", "after", "expected"),
    [
        ("aws_ecs_service", {"desired_count": 0}, {"desired_count": 1}, "ECS starts or stops"),
        ("aws_ecs_service", {"launch_type": "EC2"}, {"launch_type": "FARGATE"}, DEPLOYS),
        (
            "aws_ecs_service",
            {"network_configuration": [{"subnets": ["a"]}]},
            {"network_configuration": [{"subnets": ["b"]}]},
            DEPLOYS,
        ),
        ("aws_ecs_service", {"propagate_tags": "NONE"}, {"propagate_tags": "SERVICE"}, ""),
        (
            "aws_lb_target_group",
            {"health_check": [{"path": "/"}]},
            {"health_check": [{"path": "/up"}]},
            "targets that fail the changed check",
        ),
        (
            "aws_lb_target_group",
            {"health_check": [{"interval": 30}]},
            {"health_check": [{"interval": 15}]},
            "",
        ),
        # Effects that the guard finds.
        ("aws_lb_listener", {"ssl_policy": "a"}, {"ssl_policy": "b"}, "TLS versions and ciphers"),
        (
            "aws_cloudwatch_log_group",
            {"retention_in_days": 0},
            {"retention_in_days": 30},
            "older log events are deleted",
        ),
    ],
)
def test_the_effect_on_running_traffic_is_reported(
    type_: str, before: dict[str, Any], after: dict[str, Any], expected: str
) -> None:
    effects = traffic(type_, before, after)
    assert len(effects) == bool(expected)
    assert expected in "".join(effects.values())


def test_an_effect_on_a_whole_list_is_reported_for_its_entries() -> None:
    groups = traffic(
        "aws_lb", {"security_groups": ["sg-a", "sg-b"]}, {"security_groups": ["sg-a", "sg-c"]}
    )
    assert groups == {"security_groups[1]": "other rules determine which requests are accepted"}


def test_a_default_of_the_provider_is_a_value_that_the_document_does_not_set() -> None:
    before, after = {"set": None, "unset": None, "live": 1}, {"set": 1, "unset": 1, "live": 2}
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}}
    resource = {"address": "aws_lb.one", "type": "aws_lb", "mode": "managed", "change": change}
    head = {"format_version": "1.2", "terraform_version": "1.11.4"}
    document = {"resource": {"aws_lb": {"one": {"set": 1}}}}
    (found,) = effects_of(Plan(head | {"resource_changes": [resource]}), SCHEMA, document)
    assert [field.path for field in found.fields if field.is_default] == ["unset"]
