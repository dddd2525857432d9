"""Unmanaged resources are described without keys, and are not hidden by unknown arguments."""

from __future__ import annotations

from tests.support.account_lookup import Find
from tests.support.handmade_account.console import Console


def test_the_description_of_an_https_subscription_contains_only_the_host(
    console: Console, find: Find
) -> None:
    sns = console("sns")
    arn = sns.create_topic(Name="shop-alarms")["TopicArn"]
    url_with_key = "https://alerts.example/v1/sns?apiKey=0123-4567"
    sns.subscribe(TopicArn=arn, Protocol="https", Endpoint=url_with_key)
    found = find({"aws_sns_topic.alarms": {"name": "shop-alarms"}})
    assert [resource.description for resource in found.unmanaged] == [
        "https alerts.example of shop-alarms"
    ]


def test_a_block_with_an_unknown_name_does_not_hide_similar_unmanaged_resources(
    console: Console, find: Find
) -> None:
    for name in ("shop/qa/a", "shop/qa/b", "shop/qa/c"):
        console("secretsmanager").create_secret(Name=name, SecretString="none")
    found = find(
        {
            "aws_secretsmanager_secret.a": {"name": "shop/qa/a"},
            "aws_secretsmanager_secret.b": {"name": "shop/qa/b"},
            "aws_secretsmanager_secret.unknown": {"name": "shop/qa/${var.name}"},
        }
    )
    names = [resource.description.partition(",")[0] for resource in found.unmanaged]
    assert names == ["shop/qa/c"]
