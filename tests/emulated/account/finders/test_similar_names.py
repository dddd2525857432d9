"""What has a name like ours, and what is not there at all."""

from __future__ import annotations

from navra_stacks.account.aws_reader import Account
from navra_stacks.account.lookup import search
from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import ACCOUNT, Console
from tests.support.handmade_shop.named_resources import BLOCKS, alarm
from tests.support.synthesized import Built


def test_nothing_is_found_where_there_is_none(console: Console, find: Find) -> None:
    found = find(BLOCKS)
    found.check()
    assert found.ids == {}
    assert set(found.missing) == set(BLOCKS)


def test_what_is_set_on_a_bucket_is_found_only_where_it_is_set(
    console: Console, find: Find
) -> None:
    bucket = f"shop-logs-{ACCOUNT}"
    console("s3").create_bucket(Bucket=bucket)
    of_s3 = {address: body for address, body in BLOCKS.items() if address.startswith("aws_s3")}
    found = find(of_s3)
    # AWS encrypts every bucket, from the beginning.
    encryption = "aws_s3_bucket_server_side_encryption_configuration.logs"
    assert {*found.ids} - {encryption} == {"aws_s3_bucket.logs"}


def test_log_groups_alarms_and_secrets_of_like_names_are_named(
    console: Console, find: Find
) -> None:
    secrets, logs = console("secretsmanager"), console("logs")
    for name in ("a", "b", "old"):
        secrets.create_secret(Name=f"shop/qa/{name}", SecretString="none")
        logs.create_log_group(logGroupName=f"/shop/qa-{name}")
        alarm(console, f"shop-qa-{name}")
    # Those of another environment are none of ours.
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
    group, watched, secret = (one.id for one in found.undescribed)
    assert (group, watched) == ("/shop/qa-old", "shop-qa-old")
    assert ":secret:shop/qa/old-" in secret


def test_names_that_begin_differently_are_alike_by_their_words(
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
    group, secret = (one.id for one in found.undescribed)
    assert group == names["c"]
    assert f":secret:{names['c']}-" in secret


def test_production_is_missing_whole_from_an_empty_account(
    console: Console, prod: Built, reading: Account
) -> None:
    console("route53").create_hosted_zone(Name="navralabs.com", CallerReference="x")
    found = search(prod, reading)
    found.check()
    assert found.ids == {}
    assert len(found.missing) + len(found.unsearched) == len(prod.resources)
    assert len(found.unsearched) == 6
