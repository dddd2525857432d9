"""VPCs with missing, unmanaged and duplicate resources."""

from __future__ import annotations

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console, tags
from tests.support.handmade_shop.network import BLOCKS, VPC, build, tagged


def test_nothing_is_found_in_an_empty_account(console: Console, find: Find) -> None:
    found = find(BLOCKS)
    assert found.problems == {}
    assert found.ids == {}
    assert set(found.missing) == set(BLOCKS)


def test_unmanaged_resources_of_the_vpc_are_listed(console: Console, find: Find) -> None:
    ids = build(console)
    ec2 = console("ec2")
    vpc = ids[VPC]
    unmanaged = {
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.16.0/20")["Subnet"]["SubnetId"],
        ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"],
        ec2.create_security_group(GroupName="bastion", Description="ssh", VpcId=vpc)["GroupId"],
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.dynamodb")[
            "VpcEndpoint"
        ]["VpcEndpointId"],
    }
    found = find(BLOCKS)
    assert found.ids == ids
    assert {resource.id for resource in found.unmanaged} == unmanaged


def test_two_resources_with_the_same_name_tag_are_ambiguous(console: Console, find: Find) -> None:
    ids = build(console)
    ec2 = console("ec2")
    other = ec2.allocate_address(Domain="vpc", **tagged("elastic-ip", "shop-nat"))["AllocationId"]
    duplicates = {
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
    assert set(found.ambiguous) == set(duplicates)
    for address, other in duplicates.items():
        candidates = {match.partition(" ")[0] for match in found.ambiguous[address]}
        assert candidates == {ids[address], other}
    ec2.create_vpc(CidrBlock="10.20.0.0/16", **tagged("vpc", "shop-vpc"))
    found = find(BLOCKS)
    assert len(found.ambiguous[VPC]) == 2
    assert "10.20.0.0/16, Name=shop-vpc" in found.ambiguous[VPC][0]


def test_an_unattached_internet_gateway_is_found_by_its_name(console: Console, find: Find) -> None:
    """An apply that is interrupted between creation and attachment leaves it like this."""
    ec2 = console("ec2")
    ec2.create_vpc(CidrBlock="10.20.0.0/16", **tagged("vpc", "shop-vpc"))
    created = ec2.create_internet_gateway(**tagged("internet-gateway", "shop-gateway"))
    found = find(BLOCKS)
    gateway = created["InternetGateway"]["InternetGatewayId"]
    assert found.ids["aws_internet_gateway.gateway"] == gateway


def test_several_nat_gateways_are_found_by_their_names(console: Console, find: Find) -> None:
    ids = build(console)
    other = console("ec2").create_nat_gateway(
        SubnetId=ids["aws_subnet.public"], **tagged("natgateway", "shop-nat-2")
    )["NatGateway"]["NatGatewayId"]
    second = {"aws_nat_gateway.second": {"tags": {"Name": "shop-nat-2"}}}
    found = find(BLOCKS | second)
    assert found.ids == ids | {"aws_nat_gateway.second": other}


def test_a_nat_gateway_of_the_same_name_in_another_vpc_is_not_a_match(
    console: Console, find: Find
) -> None:
    ids = build(console)
    ec2 = console("ec2")
    ec2.delete_nat_gateway(NatGatewayId=ids.pop("aws_nat_gateway.nat"))
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.30.0.0/20")["Subnet"]["SubnetId"]
    ec2.create_nat_gateway(SubnetId=subnet, **tagged("natgateway", "shop-nat"))
    found = find(BLOCKS)
    assert "aws_nat_gateway.nat" in found.missing


def test_a_nat_gateway_with_another_name_is_found_by_its_subnet(
    console: Console, find: Find
) -> None:
    ids = build(console)
    nat = ids["aws_nat_gateway.nat"]
    console("ec2").create_tags(Resources=[nat], Tags=tags(Name="created manually"))
    assert find(BLOCKS).ids["aws_nat_gateway.nat"] == nat


def test_an_elastic_ip_without_a_name_tag_is_not_searchable(console: Console, find: Find) -> None:
    found = find({"aws_eip.nat": {"domain": "vpc"}})
    assert found.not_searchable == {
        "aws_eip.nat": "the resource has no Name tag in the document to search for"
    }
