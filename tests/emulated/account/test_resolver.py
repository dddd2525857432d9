"""The resolver evaluates references, instances and variables of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.finders import DATA_SOURCES, FINDERS
from navra_stacks.account.lookup import find_resources
from tests.support.account_lookup import Find
from tests.support.document_builder import document
from tests.support.handmade_account.console import Console
from tests.support.synthesized import Built

TOPIC = {"name": "shop-alarms"}
EMAIL: dict[str, Any] = {
    "for_each": "${toset(var.mails)}",
    "topic_arn": "${aws_sns_topic.alarms.arn}",
    "protocol": "email",
    "endpoint": "${each.value}",
}
BLOCKS = {"aws_sns_topic.alarms": TOPIC, "aws_sns_topic_subscription.mail": EMAIL}


@pytest.fixture(scope="module")
def topic(module_console: Console) -> str:
    """A topic with two email subscriptions, and a log group."""
    arn = str(module_console("sns").create_topic(Name="shop-alarms")["TopicArn"])
    module_console("logs").create_log_group(logGroupName="/shop/web")
    for mail in ("a@shop.example", "b@shop.example"):
        module_console("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint=mail)
    return arn


def test_each_instance_is_found_by_its_key(topic: str, find: Find) -> None:
    found = find(BLOCKS, mails=["a@shop.example", "c@shop.example"])
    address = "aws_sns_topic_subscription.mail"
    assert set(found.ids) == {"aws_sns_topic.alarms", f'{address}["a@shop.example"]'}
    assert found.missing == (f'{address}["c@shop.example"]',)
    assert [resource.description for resource in found.unmanaged] == [
        "email b@shop.example of shop-alarms"
    ]


def test_a_resource_with_unknown_instances_is_not_searchable(topic: str, find: Find) -> None:
    assert find(BLOCKS).not_searchable == {
        "aws_sns_topic_subscription.mail": (
            "its instances are not known (it needs a value for var.mails)"
        )
    }


def test_instances_of_a_count_are_found_by_their_index(topic: str, find: Find) -> None:
    blocks = {"aws_cloudwatch_log_group.log": {"count": 3, "name": "/shop/web"}}
    found = find(blocks)
    # All three instances match the same log group.
    assert set(found.ambiguous) == {f"aws_cloudwatch_log_group.log[{n}]" for n in range(3)}
    assert find({"aws_cloudwatch_log_group.log": {"count": 0, "name": "/shop/web"}}).missing == ()


def test_a_variable_has_its_passed_value_or_its_default(topic: str, account: AwsAccount) -> None:
    log = {"aws_cloudwatch_log_group.log": {"name": "/shop/${var.name}"}}
    with_default = document(log, variables={"name": {"default": "web"}})
    assert find_resources(with_default, account).ids == {
        "aws_cloudwatch_log_group.log": "/shop/web"
    }
    passed = find_resources(with_default, account, {"name": "other"})
    assert passed.missing == ("aws_cloudwatch_log_group.log",)
    without = find_resources(document(log, variables={"name": {"type": "string"}}), account)
    assert without.not_searchable == {
        "aws_cloudwatch_log_group.log": "it needs a value for var.name"
    }


def test_the_variable_of_the_allowed_account_id_is_known(topic: str, account: AwsAccount) -> None:
    arn = topic.replace("625847798833", "${var.account}")
    with_variable = document({"aws_sns_topic_policy.alarms": {"arn": arn}})
    with_variable.content["provider"]["aws"][0]["allowed_account_ids"] = ["${var.account}"]
    assert find_resources(with_variable, account).ids == {"aws_sns_topic_policy.alarms": topic}


def test_a_resource_in_a_missing_parent_is_missing(topic: str, find: Find) -> None:
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


def test_the_name_of_a_missing_resource_is_known(topic: str, find: Find) -> None:
    """This finds resources of an interrupted apply whose parent was not created yet."""
    blocks = {
        "aws_cloudwatch_log_group.log": {"name": "/shop/none"},
        "aws_cloudwatch_log_group.same": {"name": "${aws_ecs_cluster.shop.name}"},
        "aws_ecs_cluster.shop": {"name": "/shop/web"},
    }
    assert find(blocks).ids == {"aws_cloudwatch_log_group.same": "/shop/web"}


def test_types_without_a_finder_are_reported_with_the_reason(topic: str, find: Find) -> None:
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
    reasons = found.not_searchable
    assert reasons["aws_sfn_state_machine.machine"] == (
        "not searched for: the lookup does not support aws_sfn_state_machine"
    )
    assert "only in the Terraform state" in reasons["terraform_data.note"]
    assert "value into the state" in reasons["aws_secretsmanager_secret_version.url"]
    assert "does not exist in AWS" in reasons["aws_acm_certificate_validation.main"]
    assert "cannot import" in reasons["aws_appautoscaling_scheduled_action.night"]


def test_a_circular_reference_terminates(topic: str, find: Find) -> None:
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
