"""How a search follows a document's references, instances and variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.account.aws_reader import Account
from navra_stacks.account.finders import DATA_SOURCES, FINDERS
from navra_stacks.account.lookup import search
from tests.support.account_lookup import Find
from tests.support.document_builder import document
from tests.support.handmade_account.console import Console
from tests.support.synthesized import Built

TOPIC = {"name": "shop-alarms"}
MAIL: dict[str, Any] = {
    "for_each": "${toset(var.mails)}",
    "topic_arn": "${aws_sns_topic.alarms.arn}",
    "protocol": "email",
    "endpoint": "${each.value}",
}
BLOCKS = {"aws_sns_topic.alarms": TOPIC, "aws_sns_topic_subscription.mail": MAIL}


@pytest.fixture(scope="module")
def topic(shared: Console) -> str:
    """A topic that two addresses are told by; and a log group."""
    arn = str(shared("sns").create_topic(Name="shop-alarms")["TopicArn"])
    shared("logs").create_log_group(logGroupName="/shop/web")
    for mail in ("a@shop.example", "b@shop.example"):
        shared("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint=mail)
    return arn


def test_each_instance_is_found_by_its_own_key(topic: str, find: Find) -> None:
    found = find(BLOCKS, mails=["a@shop.example", "c@shop.example"])
    address = "aws_sns_topic_subscription.mail"
    assert set(found.ids) == {"aws_sns_topic.alarms", f'{address}["a@shop.example"]'}
    assert found.missing == (f'{address}["c@shop.example"]',)
    assert [one.told for one in found.undescribed] == ["email b@shop.example of shop-alarms"]


def test_instances_that_nobody_knows_are_not_searched(topic: str, find: Find) -> None:
    assert find(BLOCKS).unsearched == {
        "aws_sns_topic_subscription.mail": (
            "its instances are not known: it needs a value for var.mails"
        )
    }


def test_a_count_is_searched_by_its_numbers(topic: str, find: Find) -> None:
    blocks = {"aws_cloudwatch_log_group.log": {"count": 3, "name": "/shop/web"}}
    found = find(blocks)
    # All three describe the one.
    assert set(found.ambiguous) == {f"aws_cloudwatch_log_group.log[{n}]" for n in range(3)}
    assert find({"aws_cloudwatch_log_group.log": {"count": 0, "name": "/shop/web"}}).missing == ()


def test_a_variable_has_its_given_value_or_its_default(topic: str, reading: Account) -> None:
    log = {"aws_cloudwatch_log_group.log": {"name": "/shop/${var.name}"}}
    with_default = document(log, variables={"name": {"default": "web"}})
    assert search(with_default, reading).ids == {"aws_cloudwatch_log_group.log": "/shop/web"}
    given = search(with_default, reading, {"name": "other"})
    assert given.missing == ("aws_cloudwatch_log_group.log",)
    without = search(document(log, variables={"name": {"type": "string"}}), reading)
    assert without.unsearched == {"aws_cloudwatch_log_group.log": "it needs a value for var.name"}


def test_the_variable_of_the_allowed_account_is_known(topic: str, reading: Account) -> None:
    arn = topic.replace("625847798833", "${var.account}")
    asked = document({"aws_sns_topic_policy.alarms": {"arn": arn}})
    asked.content["provider"]["aws"][0]["allowed_account_ids"] = ["${var.account}"]
    assert search(asked, reading).ids == {"aws_sns_topic_policy.alarms": topic}


def test_what_is_in_nothing_is_missing_too(topic: str, find: Find) -> None:
    found = find(
        {
            "aws_ecs_cluster.shop": {"name": "shop"},
            "aws_ecs_service.web": {"cluster": "${aws_ecs_cluster.shop.arn}", "name": "web"},
            "aws_ecs_service.deep": {"cluster": "${aws_ecs_service.web.cluster}", "name": "web"},
        }
    )
    assert set(found.missing) == {
        "aws_ecs_cluster.shop",
        "aws_ecs_service.web",
        "aws_ecs_service.deep",
    }


def test_a_name_is_known_of_what_is_missing(topic: str, find: Find) -> None:
    """So the remains of an interrupted apply are found whose parent it had not made yet."""
    blocks = {
        "aws_cloudwatch_log_group.log": {"name": "/shop/none"},
        "aws_cloudwatch_log_group.same": {"name": "${aws_ecs_cluster.shop.name}"},
        "aws_ecs_cluster.shop": {"name": "/shop/web"},
    }
    assert find(blocks).ids == {"aws_cloudwatch_log_group.same": "/shop/web"}


def test_types_that_nobody_can_look_for_are_told_with_the_reason(topic: str, find: Find) -> None:
    found = find(
        {
            "aws_sfn_state_machine.machine": {"name": "shop"},
            "terraform_data.note": {"input": 1},
            "aws_secretsmanager_secret_version.url": {"secret_id": "shop/URL"},
            "aws_acm_certificate_validation.main": {"certificate_arn": "arn"},
            "aws_appautoscaling_scheduled_action.night": {"name": "night"},
        }
    )
    assert found.missing == ()
    told = found.unsearched
    assert told["aws_sfn_state_machine.machine"] == "nobody can look for aws_sfn_state_machine yet"
    assert "Terraform's own" in told["terraform_data.note"]
    assert "value into the state" in told["aws_secretsmanager_secret_version.url"]
    assert "nothing in AWS stands for it" in told["aws_acm_certificate_validation.main"]
    assert "cannot import" in told["aws_appautoscaling_scheduled_action.night"]


def test_a_circle_of_references_comes_to_an_end(topic: str, find: Find) -> None:
    blocks = {
        "aws_cloudwatch_log_group.a": {"name": "${aws_cloudwatch_log_group.b.arn}"},
        "aws_cloudwatch_log_group.b": {"name": "${aws_cloudwatch_log_group.a.arn}"},
    }
    found = find(blocks)
    assert found.ids == {}
    assert set(found.missing) == set(blocks)


def test_every_type_of_the_committed_environments_has_a_finder_or_a_reason(
    documents: Mapping[str, Built],
) -> None:
    for built in documents.values():
        assert {block.type for block in built.resources} <= set(FINDERS)
        assert {block.type for block in built.data_sources} <= set(DATA_SOURCES)
