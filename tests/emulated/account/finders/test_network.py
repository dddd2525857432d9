"""VPCs and what lies in them are found, whether there is one or none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console
from tests.support.handmade_shop.network import BLOCKS, VPC, build


@pytest.fixture(scope="module")
def ids(shared: Console) -> dict[str, str]:
    """What the module's tests read, beside a VPC of somebody else's."""
    shared("ec2").create_vpc(CidrBlock="10.30.0.0/16")
    return build(shared)


def test_a_whole_network_is_found(ids: dict[str, str], find: Find) -> None:
    found = find(BLOCKS)
    found.check()
    assert found.ids == ids
    assert found.undescribed == ()


def test_a_recorded_vpc_is_found_by_its_id(ids: dict[str, str], find: Find) -> None:
    blocks = {VPC: {"cidr_block": "10.99.0.0/16"}}
    assert find(blocks, {VPC: ids[VPC]}).ids == {VPC: ids[VPC]}
    fault = find(blocks, {VPC: "vpc-0123456789abcdef0"}).faults[VPC]
    assert fault.startswith("the recorded vpc-0123456789abcdef0 is not in account 625847798833")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"default": True}, 1),
        ({"tags": {"Name": "shop-vpc"}}, 1),
        ({"filter": [{"name": "cidr", "values": ["10.20.0.0/16", "10.30.0.0/16"]}]}, 2),
        ({"cidr_block": "10.40.0.0/16"}, 0),
    ],
)
def test_a_vpc_is_looked_up_as_the_provider_does(
    ids: dict[str, str], find: Find, body: dict[str, Any], count: int
) -> None:
    found = find({"data.aws_vpc.vpc": body})
    assert ("data.aws_vpc.vpc" in found.faults) == (count == 0)
    assert len(found.ambiguous.get("data.aws_vpc.vpc", ())) == (count if count > 1 else 0)


def test_a_looked_up_vpc_that_is_not_there_stops_the_adoption(
    ids: dict[str, str], find: Find
) -> None:
    found = find(
        {
            "data.aws_vpc.vpc": {"id": "vpc-0123456789abcdef0", "default": True},
            "aws_subnet.public": {"vpc_id": "${data.aws_vpc.vpc.id}", "cidr_block": "10.0.0.0/24"},
        }
    )
    assert (
        "vpc-0123456789abcdef0 is not in account 625847798833" in found.faults["data.aws_vpc.vpc"]
    )
    assert "it needs data.aws_vpc.vpc" in found.unsearched["aws_subnet.public"]


def test_what_lies_in_a_vpc_that_is_only_looked_up_is_not_named(
    ids: dict[str, str], find: Find
) -> None:
    assert find({"data.aws_vpc.vpc": {"default": True}}).undescribed == ()
