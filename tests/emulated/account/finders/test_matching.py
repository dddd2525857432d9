"""What a search tells of what it found holds no key to it, and no value of a secret variable."""

from __future__ import annotations

import pytest

from navra_stacks.account.finders.matching import told
from tests.support.account_lookup import Find
from tests.support.credentials import CREDENTIALS
from tests.support.handmade_account.console import Console


def test_of_a_subscriber_in_the_web_the_host_alone_is_told(console: Console, find: Find) -> None:
    sns = console("sns")
    arn = sns.create_topic(Name="shop-alarms")["TopicArn"]
    key = "https://alerts.example/v1/sns?apiKey=0123-4567"
    sns.subscribe(TopicArn=arn, Protocol="https", Endpoint=key)
    found = find({"aws_sns_topic.alarms": {"name": "shop-alarms"}})
    assert [one.told for one in found.undescribed] == ["https alerts.example of shop-alarms"]


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_description_or_a_tag_that_looks_like_a_credential_is_not_told(value: str) -> None:
    assert value not in told(f"see {value}", tags={"note": value})


def test_a_tag_whose_name_says_that_it_is_secret_is_not_told() -> None:
    assert told("made", tags={"db_password": "hunter2"}) == "made, db_password=(not shown)"


def test_resources_whose_arguments_nobody_knows_hide_none_of_their_neighbours(
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
    assert [one.told.partition(",")[0] for one in found.undescribed] == ["shop/qa/c"]
