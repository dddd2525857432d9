"""VPCs and the resources in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console
from tests.support.handmade_shop.network import BLOCKS, VPC, build


@pytest.fixture(scope="module")
def ids(module_console: Console) -> dict[str, str]:
    """The import ids of the shop's network, in an account with another VPC."""
    module_console("ec2").create_vpc(CidrBlock="10.30.0.0/16")
    return build(module_console)


def test_a_whole_network_is_found(ids: dict[str, str], find: Find) -> None:
    found = find(BLOCKS)
    assert found.problems == {}
    assert found.ids == ids
    assert found.unmanaged == ()


def test_a_recorded_vpc_is_found_by_its_id(ids: dict[str, str], find: Find) -> None:
    blocks = {VPC: {"cidr_block": "10.99.0.0/16"}}
    assert find(blocks, {VPC: ids[VPC]}).ids == {VPC: ids[VPC]}
    reason = find(blocks, {VPC: "vpc-0123456789abcdef0"}).unusable[VPC]
    assert reason.startswith(
        "vpc-0123456789abcdef0, from `existing_ids.vpc_id`, does not exist in account 625847798833"
    )


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"default": True}, 1),
        ({"tags": {"Name": "shop-vpc"}}, 1),
        ({"filter": [{"name": "cidr", "values": ["10.20.0.0/16", "10.30.0.0/16"]}]}, 2),
        ({"cidr_block": "10.40.0.0/16"}, 0),
    ],
)
def test_a_vpc_data_source_finds_the_same_vpcs_as_the_provider(
    ids: dict[str, str], find: Find, body: dict[str, Any], count: int
) -> None:
    found = find({"data.aws_vpc.vpc": body})
    assert ("data.aws_vpc.vpc" in found.unusable) == (count == 0)
    assert len(found.ambiguous.get("data.aws_vpc.vpc", ())) == (count if count > 1 else 0)


def test_a_missing_vpc_of_a_data_source_is_a_problem(ids: dict[str, str], find: Find) -> None:
    found = find(
        {
            "data.aws_vpc.vpc": {"id": "vpc-0123456789abcdef0", "default": True},
            "aws_subnet.public": {"vpc_id": "${data.aws_vpc.vpc.id}", "cidr_block": "10.0.0.0/24"},
        }
    )
    assert (
        "vpc-0123456789abcdef0 does not exist in account 625847798833"
        in found.unusable["data.aws_vpc.vpc"]
    )
    assert "it depends on data.aws_vpc.vpc" in found.not_searchable["aws_subnet.public"]


def test_resources_in_a_vpc_of_a_data_source_are_not_listed(
    ids: dict[str, str], find: Find
) -> None:
    assert find({"data.aws_vpc.vpc": {"default": True}}).unmanaged == ()
