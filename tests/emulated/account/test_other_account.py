"""The lookup in an account to which a provider of the document assumes a role."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.account.aws_reader import AccountError, AwsAccount, NotReadOnlyError
from navra_stacks.account.lookup import find_resources
from navra_stacks.terraform.document import TerraformDocument
from tests.support.document_builder import document
from tests.support.handmade_account.console import Console
from tests.support.shared_emulator import SharedEmulator

ROLE = "arn:aws:iam::444455556666:role/dns"
REGION = "us-east-1"
BLOCKS: dict[str, Any] = {
    "data.aws_route53_zone.zone": {"name": "shop.example", "provider": "aws.zone"},
    "aws_route53_record.www": {
        "zone_id": "${data.aws_route53_zone.zone.zone_id}",
        "name": "www.shop.example",
        "type": "A",
        "provider": "aws.zone",
    },
    "aws_cloudwatch_log_group.web": {"name": "/shop/web"},
}


def with_role(role: str) -> TerraformDocument:
    content = dict(document(BLOCKS).content)
    provider = {"alias": "zone", "assume_role": [{"role_arn": role}]}
    content["provider"] = {"aws": [*content["provider"]["aws"], provider]}
    return TerraformDocument(content)


@pytest.fixture
def zone(console: Console, emulator: SharedEmulator) -> str:
    """A zone with two records in the other account, and a zone of the same name in this one."""
    console("logs").create_log_group(logGroupName="/shop/web")
    console("route53").create_hosted_zone(Name="shop.example", CallerReference="own")
    dns = emulator.client_with_role("route53", REGION, ROLE)
    id_ = dns.create_hosted_zone(Name="shop.example", CallerReference="other")["HostedZone"]["Id"]
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": "www.shop.example",
                "Type": type_,
                "TTL": 60,
                "ResourceRecords": [{"Value": value}],
            },
        }
        for type_, value in (("A", "192.0.2.1"), ("AAAA", "2001:db8::1"))
    ]
    dns.change_resource_record_sets(HostedZoneId=id_, ChangeBatch={"Changes": changes})
    return str(id_.rpartition("/")[2])


@pytest.mark.parametrize("role", [ROLE, "${var.role}"])
def test_records_are_found_in_the_account_of_the_role(
    zone: str, account: AwsAccount, role: str
) -> None:
    found = find_resources(with_role(role), account, {"role": ROLE})
    assert found.problems == {}
    assert found.ids == {
        "aws_route53_record.www": f"{zone}_www.shop.example_A",
        "aws_cloudwatch_log_group.web": "/shop/web",
    }
    assert [one.id for one in found.unmanaged] == [f"{zone}_www.shop.example_AAAA"]


def test_an_unknown_role_makes_its_resources_not_searchable(zone: str, account: AwsAccount) -> None:
    found = find_resources(with_role("${var.role}"), account)
    assert found.ids == {"aws_cloudwatch_log_group.web": "/shop/web"}
    assert "it needs a value for var.role" in found.not_searchable["aws_route53_record.www"]


def test_the_account_of_a_role_is_read_only(zone: str, account: AwsAccount) -> None:
    other = account.assume_role(ROLE)
    assert other.id == "444455556666"
    with pytest.raises(NotReadOnlyError):
        other.call("route53", "delete_hosted_zone", Id=zone)


def test_a_role_that_cannot_be_assumed_is_an_account_error() -> None:
    account = AwsAccount(REGION, endpoint_url="http://127.0.0.1:9")
    with pytest.raises(AccountError):
        account.assume_role(ROLE)
