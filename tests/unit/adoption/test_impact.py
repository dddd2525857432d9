"""What a plan would do is told field by field, and what is secret is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.adoption.impact import Effect, Field, effects_of
from navra_stacks.terraform.plan import Plan
from tests.support.credentials import CREDENTIALS

SCHEMA = {
    "resource_schemas": {
        "aws_lb": {"block": {"attributes": {"arn": {"computed": True}, "name": {"required": True}}}}
    }
}


def effect(actions: list[str], before: Any = None, after: Any = None, **more: Any) -> Effect:
    change = {"actions": actions, "before": before, "after": after, "after_unknown": {}} | more
    one = {"address": "aws_lb.one", "type": "aws_lb", "mode": "managed", "change": change}
    told = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [one]}
    (found,) = effects_of(Plan(told), SCHEMA)
    return found


def fields(before: Any, after: Any, **more: Any) -> dict[str, str]:
    found = effect(["update"], before, after, **more)
    return {one.place: one.told for one in found.fields if one.is_live}


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
def test_each_resource_is_in_one_group(actions: list[str], kind: str) -> None:
    assert effect(actions, {}, {}).kind == kind


def test_what_differs_is_told_with_what_is_and_what_will_be() -> None:
    assert fields(
        {"idle": 60, "check": [{"path": "/"}], "on": None, "gone": "x", "same": 1},
        {"idle": 30, "check": [{"path": "/up"}], "on": True, "gone": None, "same": 1},
    ) == {
        "check[0].path": '"/" -> "/up"',
        "gone": '"x" -> absent',
        "idle": "60 -> 30",
        "on": "absent -> true",
    }


def test_nothing_and_nothing_are_no_difference_but_no_and_false_are() -> None:
    assert fields(
        {"a": None, "b": "", "c": [], "d": None, "e": None},
        {"a": "", "b": None, "c": None, "d": False, "e": 0},
    ) == {"d": "absent -> false", "e": "absent -> 0"}


def test_tags_are_told_by_what_is_added_changed_and_removed() -> None:
    before = {"tags": {"team": "growth", "Name": "a"}, "tags_all": {"team": "growth", "Name": "a"}}
    after = {"tags": {"Name": "b"}, "tags_all": {"Name": "b", "Project": "shop"}}
    assert fields(before, after) == {
        "tags": "Name: a -> b, - team=growth",
        "tags_all": "+ Project=shop, Name: a -> b, - team=growth",
    }


def test_texts_of_json_are_told_by_where_they_differ() -> None:
    old = {"Statement": [{"Action": "a", "Resource": "x"}]}
    new = {"Statement": [{"Action": "b", "Resource": "x"}]}
    assert fields({"policy": json.dumps(old)}, {"policy": json.dumps(new)}) == {
        "policy": 'Statement[0].Action: "a" -> "b"'
    }
    assert fields({"policy": json.dumps(old)}, {"policy": json.dumps(old, indent=1)}) == {
        "policy": "only written otherwise"
    }


def test_what_only_the_apply_tells_is_told_where_the_settings_give_it() -> None:
    assert fields({"name": "a", "arn": "x"}, {}, after_unknown={"name": True, "arn": True}) == {
        "name": '"a" -> (known after apply)'
    }


def test_what_is_different_for_terraform_alone_is_listed_as_such() -> None:
    """Whoever compares a plan with the list finds every difference in it."""
    before = {"skip_destroy": None, "b": None, "arn": "x", "name": "a"}
    after = {"skip_destroy": True, "b": "", "name": "b"}
    found = effect(["update"], before, after, after_unknown={"arn": True})
    assert found.fields == (
        Field("arn", '"x" -> (known after apply)', is_live=False),
        Field("b", 'absent -> ""', is_live=False),
        Field("name", '"a" -> "b"'),
        Field("skip_destroy", "absent -> true", is_live=False),
    )


def test_a_replacement_names_what_forces_it() -> None:
    found = effect(
        ["delete", "create"], {"name": "a"}, {"name": "b"}, replace_paths=[["name"], ["name"]]
    )
    assert found.forced_by == ("name",)
    assert [one.told for one in found.fields] == ['"a" -> "b"']


@pytest.mark.parametrize("mask", ["before_sensitive", "after_sensitive"])
@pytest.mark.parametrize("marked", [{"auth": True}, {"auth": [{"key": True}]}])
def test_a_sensitive_value_is_hidden(mask: str, marked: Any) -> None:
    told = fields({"auth": [{"key": "old"}]}, {"auth": [{"key": "new"}]}, **{mask: marked})
    assert told == {"auth[0].key": "(not shown)"}


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_value_that_looks_like_a_credential_is_hidden(value: str) -> None:
    told = fields(
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
    assert set(told) == {"url", "text", "tags", "block"}
    assert value not in json.dumps(told, ensure_ascii=False)
    assert json.dumps(value)[1:-1] not in str(told)


def test_a_value_is_hidden_where_what_lies_beside_or_around_it_says_that_it_is_secret() -> None:
    def values(secret: str) -> dict[str, Any]:
        beside = [{"name": "DB_PASSWORD", "value": secret}]
        return {
            "text": json.dumps([{"name": "web", "environment": beside}]),
            "blocks": [{"environment": beside}],
            "variables": {"DB_PASSWORD": secret},
        }

    assert fields(values("hunter1"), values("hunter2")) == {
        "text": "(not shown)",
        "blocks[0].environment[0].value": "(not shown)",
        "variables.DB_PASSWORD": "(not shown)",
    }


def test_a_long_value_is_cut() -> None:
    told = fields({"text": "x" * 200}, {"text": "y"})["text"]
    assert told.endswith('... -> "y"')
    assert len(told) < 120
