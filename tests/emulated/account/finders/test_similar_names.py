"""Unmanaged resources with similar names, and missing resources."""

from __future__ import annotations

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import find_resources
from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import ACCOUNT, Console
from tests.support.handmade_shop.named_resources import BLOCKS, alarm
from tests.support.synthesized import Built


def test_nothing_is_found_in_an_empty_account(console: Console, find: Find) -> None:
    found = find(BLOCKS)
    assert found.problems == {}
    assert found.ids == {}
    assert set(found.missing) == set(BLOCKS)


def test_bucket_settings_that_are_not_set_are_missing(console: Console, find: Find) -> None:
    bucket = f"shop-logs-{ACCOUNT}"
    console("s3").create_bucket(Bucket=bucket)
    of_s3 = {address: body for address, body in BLOCKS.items() if address.startswith("aws_s3")}
    found = find(of_s3)
    # AWS encrypts every new bucket.
    encryption = "aws_s3_bucket_server_side_encryption_configuration.logs"
    assert {*found.ids} - {encryption} == {"aws_s3_bucket.logs"}


def test_log_groups_alarms_and_secrets_with_similar_names_are_listed(
    console: Console, find: Find
) -> None:
    secrets, logs = console("secretsmanager"), console("logs")
    for name in ("a", "b", "old"):
        secrets.create_secret(Name=f"shop/qa/{name}", SecretString="none")
        logs.create_log_group(logGroupName=f"/shop/qa-{name}")
        alarm(console, f"shop-qa-{name}")
    # Resources of another environment are not listed.
    secrets.create_secret(Name="shop/qa2/a", SecretString="none")
    logs.create_log_group(logGroupName="/shop/live-a")
    found = find(
        {
            **{f"aws_secretsmanager_secret.{n}": {"name": f"shop/qa/{n}"} for n in "ab"},
            **{f"aws_cloudwatch_log_group.{n}": {"name": f"/shop/qa-{n}"} for n in "ab"},
            **{f"aws_cloudwatch_metric_alarm.{n}": {"alarm_name": f"shop-qa-{n}"} for n in "ab"},
        }
    )
    assert len(found.ids) == 6
    group, alarm_name, secret = (resource.id for resource in found.unmanaged)
    assert (group, alarm_name) == ("/shop/qa-old", "shop-qa-old")
    assert ":secret:shop/qa/old-" in secret


def test_names_with_different_prefixes_are_similar_if_their_words_match(
    console: Console, find: Find
) -> None:
    names = {"a": "/ecs/shop-qa", "b": "aws-waf-logs-shop-qa", "c": "/aws/lambda/shop-mail-qa"}
    for name in (*names.values(), "/ecs/shop-live", "/ecs/workshop-qa"):
        console("logs").create_log_group(logGroupName=name)
        console("secretsmanager").create_secret(Name=name, SecretString="none")
    found = find(
        {
            **{f"aws_cloudwatch_log_group.{n}": {"name": names[n]} for n in "ab"},
            **{f"aws_secretsmanager_secret.{n}": {"name": names[n]} for n in "ab"},
        }
    )
    group, secret = (resource.id for resource in found.unmanaged)
    assert group == names["c"]
    assert f":secret:{names['c']}-" in secret


def test_all_resources_of_production_are_missing_from_an_empty_account(
    console: Console, prod: Built, account: AwsAccount
) -> None:
    console("route53").create_hosted_zone(Name="app.navralabs.com", CallerReference="x")
    found = find_resources(prod, account)
    assert found.problems == {}
    assert found.ids == {}
    assert len(found.missing) + len(found.not_searchable) == len(prod.resources)
    assert len(found.not_searchable) == 10
