"""What the emulator knows of networks, and moto does not."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client


def test_a_rule_that_names_a_group_has_a_description(taught: Client, untaught: Client) -> None:
    assert description(taught) == "From itself"
    assert description(untaught) is None


def description(client: Client) -> str | None:
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="Web")["GroupId"]
    pair = {"GroupId": group, "Description": "From itself"}
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "UserIdGroupPairs": [pair],
    }
    (made,) = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])[
        "SecurityGroupRules"
    ]
    (rule,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])[
        "SecurityGroupRules"
    ]
    found = rule.get("Description")
    return None if found is None else str(found)


def test_a_nat_gateway_takes_its_interface_with_it(taught: Client, untaught: Client) -> None:
    assert after_a_nat_gateway(taught) == ([], False)
    left, has_address = after_a_nat_gateway(untaught)
    assert len(left) == 1
    assert has_address


def after_a_nat_gateway(client: Client) -> tuple[list[dict[str, Any]], bool]:
    """The interfaces there are after one was deleted, and whether one has its address."""
    ec2 = client("ec2")
    (subnet, *_) = ec2.describe_subnets()["Subnets"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=subnet["SubnetId"], AllocationId=address)
    ec2.delete_nat_gateway(NatGatewayId=made["NatGateway"]["NatGatewayId"])
    (told,) = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    return ec2.describe_network_interfaces()["NetworkInterfaces"], bool(told.get("AssociationId"))


def test_a_vpc_takes_its_default_acl_with_it(taught: Client, untaught: Client) -> None:
    assert acls_after_a_vpc(taught) == []
    assert len(acls_after_a_vpc(untaught)) == 1


def acls_after_a_vpc(client: Client) -> list[dict[str, Any]]:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.delete_vpc(VpcId=vpc)
    found = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return list(found["NetworkAcls"])


def test_a_vpc_endpoint_is_gone_once_deleted(taught: Client, untaught: Client) -> None:
    assert states_after_an_endpoint(taught) == []
    assert states_after_an_endpoint(untaught) == ["deleted"]


def states_after_an_endpoint(client: Client) -> list[str]:
    ec2 = client("ec2")
    (vpc, *_) = ec2.describe_vpcs()["Vpcs"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc["VpcId"], ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway"
    )
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpoint"]["VpcEndpointId"]])
    return [one["State"] for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]]


def test_a_rule_for_every_protocol_can_be_changed(taught: Client, untaught: Client) -> None:
    assert change_of_everything_out(taught) == "All of it"
    with pytest.raises(ClientError, match="Must specify both from and to ports"):
        change_of_everything_out(untaught)


def change_of_everything_out(client: Client) -> str:
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="Web")["GroupId"]
    (rule,) = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
        "SecurityGroupRules"
    ]
    assert rule["IsEgress"]
    asked = {"IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0", "Description": "All of it"}
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[
            {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": asked}
        ],
    )
    (after,) = ec2.describe_security_group_rules(
        SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]]
    )["SecurityGroupRules"]
    assert (after["FromPort"], after["ToPort"]) == (-1, -1)
    return str(after["Description"])
