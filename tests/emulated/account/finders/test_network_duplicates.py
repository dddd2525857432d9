"""What lies in a VPC where something lacks, is left over, or is there twice."""

from __future__ import annotations

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console, tags
from tests.support.handmade_shop.network import BLOCKS, VPC, build, tagged


def test_nothing_is_found_where_there_is_none(console: Console, find: Find) -> None:
    found = find(BLOCKS)
    found.check()
    assert found.ids == {}
    assert set(found.missing) == set(BLOCKS)


def test_what_is_beside_it_in_the_vpc_is_named(console: Console, find: Find) -> None:
    ids = build(console)
    ec2 = console("ec2")
    vpc = ids[VPC]
    beside = {
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.16.0/20")["Subnet"]["SubnetId"],
        ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"],
        ec2.create_security_group(GroupName="bastion", Description="ssh", VpcId=vpc)["GroupId"],
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.dynamodb")[
            "VpcEndpoint"
        ]["VpcEndpointId"],
    }
    found = find(BLOCKS)
    assert found.ids == ids
    assert {one.id for one in found.undescribed} == beside


def test_of_what_has_no_name_of_its_own_two_are_both_listed(console: Console, find: Find) -> None:
    ids = build(console)
    ec2 = console("ec2")
    other = ec2.allocate_address(Domain="vpc", **tagged("elastic-ip", "shop-nat"))["AllocationId"]
    doubles = {
        "aws_eip.nat": other,
        "aws_nat_gateway.nat": ec2.create_nat_gateway(
            SubnetId=ids["aws_subnet.public"],
            AllocationId=other,
            **tagged("natgateway", "shop-nat"),
        )["NatGateway"]["NatGatewayId"],
        "aws_route_table.public": ec2.create_route_table(
            VpcId=ids[VPC], **tagged("route-table", "shop-routes")
        )["RouteTable"]["RouteTableId"],
    }
    found = find(BLOCKS)
    assert set(found.ambiguous) == set(doubles)
    for address, other in doubles.items():
        candidates = {one.partition(" ")[0] for one in found.ambiguous[address]}
        assert candidates == {ids[address], other}
    ec2.create_vpc(CidrBlock="10.20.0.0/16", **tagged("vpc", "shop-vpc"))
    found = find(BLOCKS)
    assert len(found.ambiguous[VPC]) == 2
    assert "10.20.0.0/16, Name=shop-vpc" in found.ambiguous[VPC][0]


def test_a_gateway_that_no_vpc_has_yet_is_found_by_its_name(console: Console, find: Find) -> None:
    """So an apply leaves it that was interrupted between making and attaching it."""
    ec2 = console("ec2")
    ec2.create_vpc(CidrBlock="10.20.0.0/16", **tagged("vpc", "shop-vpc"))
    made = ec2.create_internet_gateway(**tagged("internet-gateway", "shop-gateway"))
    found = find(BLOCKS)
    gateway = made["InternetGateway"]["InternetGatewayId"]
    assert found.ids["aws_internet_gateway.gateway"] == gateway


def test_of_several_nat_gateways_each_is_found_by_its_name(console: Console, find: Find) -> None:
    ids = build(console)
    other = console("ec2").create_nat_gateway(
        SubnetId=ids["aws_subnet.public"], **tagged("natgateway", "shop-nat-2")
    )["NatGateway"]["NatGatewayId"]
    second = {"aws_nat_gateway.second": {"tags": {"Name": "shop-nat-2"}}}
    found = find(BLOCKS | second)
    assert found.ids == ids | {"aws_nat_gateway.second": other}


def test_a_nat_gateway_of_our_name_in_another_vpc_is_another(console: Console, find: Find) -> None:
    ids = build(console)
    ec2 = console("ec2")
    ec2.delete_nat_gateway(NatGatewayId=ids.pop("aws_nat_gateway.nat"))
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.30.0.0/20")["Subnet"]["SubnetId"]
    ec2.create_nat_gateway(SubnetId=subnet, **tagged("natgateway", "shop-nat"))
    found = find(BLOCKS)
    assert "aws_nat_gateway.nat" in found.missing


def test_a_nat_gateway_without_our_name_is_found_by_its_subnet(
    console: Console, find: Find
) -> None:
    ids = build(console)
    nat = ids["aws_nat_gateway.nat"]
    console("ec2").create_tags(Resources=[nat], Tags=tags(Name="made by hand"))
    assert find(BLOCKS).ids["aws_nat_gateway.nat"] == nat


def test_without_a_name_tag_nobody_can_tell(console: Console, find: Find) -> None:
    found = find({"aws_eip.nat": {"domain": "vpc"}})
    assert found.unsearched == {
        "aws_eip.nat": "the document gives it no Name tag, by which it could be told"
    }
