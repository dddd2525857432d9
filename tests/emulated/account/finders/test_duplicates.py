"""Two resources with the same name are ambiguous."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console


def test_two_backup_selections_of_the_same_name_are_ambiguous(console: Console, find: Find) -> None:
    backup = console("backup")
    plan = {
        "BackupPlanName": "shop-daily",
        "Rules": [{"RuleName": "daily", "TargetBackupVaultName": "shop-vault"}],
    }
    first = backup.create_backup_plan(BackupPlan=plan)["BackupPlanId"]
    blocks = {
        "aws_backup_plan.daily": {"name": "shop-daily"},
        "aws_backup_selection.data": {"plan_id": "${aws_backup_plan.daily.id}", "name": "data"},
    }
    for _ in range(2):
        backup.create_backup_selection(
            BackupPlanId=first,
            BackupSelection={
                "SelectionName": "data",
                "IamRoleArn": "arn:aws:iam::625847798833:role/b",
                "Resources": ["*"],
            },
        )
    found = find(blocks)
    assert found.ids == {"aws_backup_plan.daily": first}
    first_match, second_match = found.ambiguous["aws_backup_selection.data"]
    assert first_match.startswith(f"{first}|")
    assert f"(data, created {datetime.now(UTC):%Y}" in first_match
    assert first_match != second_match


def test_a_key_without_an_alias_is_found_by_its_unique_description(
    console: Console, find: Find
) -> None:
    kms = console("kms")
    blocks = {
        "aws_kms_key.key": {"description": "Data of shop"},
        "aws_kms_alias.key": {"name": "alias/shop", "target_key_id": "${aws_kms_key.key.key_id}"},
    }
    kms.create_key(Description="Data of another")
    assert set(find(blocks).missing) == set(blocks)
    keys = [kms.create_key(Description="Data of shop")["KeyMetadata"]["KeyId"] for _ in range(2)]
    found = find(blocks)
    assert {match.partition(" ")[0] for match in found.ambiguous["aws_kms_key.key"]} == set(keys)
    kms.schedule_key_deletion(KeyId=keys[0])
    assert find(blocks).ids == {"aws_kms_key.key": keys[1]}
    # A match by alias has precedence over a match by description.
    kms.create_alias(AliasName="alias/shop", TargetKeyId=keys[0])
    assert "PendingDeletion" in find(blocks).unusable["aws_kms_key.key"]
    kms.cancel_key_deletion(KeyId=keys[0])
    kms.enable_key(KeyId=keys[0])
    assert find(blocks).ids == {"aws_kms_key.key": keys[0], "aws_kms_alias.key": "alias/shop"}


def test_two_hosted_zones_of_the_same_name_are_ambiguous(console: Console, find: Find) -> None:
    blocks = {
        "data.aws_route53_zone.zone": {"name": "shop.example"},
        "aws_route53_record.www": {
            "zone_id": "${data.aws_route53_zone.zone.zone_id}",
            "name": "www.shop.example",
            "type": "CNAME",
        },
    }
    dns = console("route53")
    zones = []
    for number in range(2):
        created = dns.create_hosted_zone(Name="shop.example", CallerReference=str(number))
        zones.append(created["HostedZone"]["Id"].removeprefix("/hostedzone/"))
        if number == 0:
            assert find(blocks).missing == ("aws_route53_record.www",)
    found = find(blocks)
    matches = found.ambiguous["data.aws_route53_zone.zone"]
    assert {match.partition(" ")[0] for match in matches} == set(zones)
    assert "which matches 2 existing resources" in found.not_searchable["aws_route53_record.www"]


def test_a_private_zone_of_the_same_name_is_not_a_match(console: Console, find: Find) -> None:
    dns = console("route53")
    public = dns.create_hosted_zone(Name="shop.example", CallerReference="public")
    dns.create_hosted_zone(
        Name="shop.example",
        CallerReference="private",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": console("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]},
    )
    zone = public["HostedZone"]["Id"].removeprefix("/hostedzone/")
    record = {
        "zone_id": "${data.aws_route53_zone.zone.zone_id}",
        "name": "Shop.example.",
        "type": "NS",
    }
    found = find(
        {
            "data.aws_route53_zone.zone": {"name": "shop.example.", "private_zone": False},
            "aws_route53_record.ns": record,
            "aws_route53_zone.public": {"name": "shop.example"},
        }
    )
    assert found.ids == {
        "aws_route53_record.ns": f"{zone}_shop.example_NS",
        "aws_route53_zone.public": zone,
    }
    private = find({"aws_route53_zone.private": {"name": "shop.example", "vpc": [{"vpc_id": "x"}]}})
    assert private.ids.keys() == {"aws_route53_zone.private"}
    assert private.ids["aws_route53_zone.private"] != zone


def test_records_of_the_same_name_are_found_by_their_set_identifier(
    console: Console, find: Find
) -> None:
    dns = console("route53")
    zone = dns.create_hosted_zone(Name="shop.example", CallerReference="x")["HostedZone"]["Id"]
    for identifier in ("blue", "green"):
        record = {
            "Name": "*.shop.example",
            "Type": "CNAME",
            "TTL": 60,
            "Weight": 1,
            "SetIdentifier": identifier,
            "ResourceRecords": [{"Value": f"{identifier}.example"}],
        }
        dns.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )
    zone = zone.removeprefix("/hostedzone/")
    body = {"zone_id": zone, "name": "*.shop.example", "type": "CNAME"}
    found = find(
        {
            "aws_route53_record.green": body | {"set_identifier": "green"},
            "aws_route53_record.any": body,
        }
    )
    assert found.ids == {"aws_route53_record.green": f"{zone}_*.shop.example_CNAME_green"}
    assert len(found.ambiguous["aws_route53_record.any"]) == 2
