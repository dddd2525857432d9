"""Patches for VPC networking, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client


def test_a_rule_with_a_source_group_has_a_description(patched: Client, unpatched: Client) -> None:
    assert description(patched) == "From itself"
    assert description(unpatched) is None


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
    (created,) = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])[
        "SecurityGroupRules"
    ]
    (rule,) = ec2.describe_security_group_rules(
        SecurityGroupRuleIds=[created["SecurityGroupRuleId"]]
    )["SecurityGroupRules"]
    found = rule.get("Description")
    return None if found is None else str(found)


def test_the_interface_of_a_nat_gateway_is_deleted_with_it(
    patched: Client, unpatched: Client
) -> None:
    assert after_deleting_a_nat_gateway(patched) == ([], False)
    interfaces, has_address = after_deleting_a_nat_gateway(unpatched)
    assert len(interfaces) == 1
    assert has_address


def after_deleting_a_nat_gateway(client: Client) -> tuple[list[dict[str, Any]], bool]:
    """Return the network interfaces, and whether the address is still associated."""
    ec2 = client("ec2")
    (subnet, *_) = ec2.describe_subnets()["Subnets"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    created = ec2.create_nat_gateway(SubnetId=subnet["SubnetId"], AllocationId=address)
    ec2.delete_nat_gateway(NatGatewayId=created["NatGateway"]["NatGatewayId"])
    (found,) = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    return ec2.describe_network_interfaces()["NetworkInterfaces"], bool(found.get("AssociationId"))


def test_the_default_network_acl_of_a_vpc_is_deleted_with_it(
    patched: Client, unpatched: Client
) -> None:
    assert acls_after_deleting_a_vpc(patched) == []
    assert len(acls_after_deleting_a_vpc(unpatched)) == 1


def acls_after_deleting_a_vpc(client: Client) -> list[dict[str, Any]]:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.delete_vpc(VpcId=vpc)
    found = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return list(found["NetworkAcls"])


def test_a_deleted_vpc_endpoint_no_longer_exists(patched: Client, unpatched: Client) -> None:
    assert states_after_deleting_an_endpoint(patched) == []
    assert states_after_deleting_an_endpoint(unpatched) == ["deleted"]


def states_after_deleting_an_endpoint(client: Client) -> list[str]:
    ec2 = client("ec2")
    (vpc, *_) = ec2.describe_vpcs()["Vpcs"]
    created = ec2.create_vpc_endpoint(
        VpcId=vpc["VpcId"], ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway"
    )
    ec2.delete_vpc_endpoints(VpcEndpointIds=[created["VpcEndpoint"]["VpcEndpointId"]])
    return [endpoint["State"] for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]]


def test_a_rule_for_all_protocols_can_be_changed(patched: Client, unpatched: Client) -> None:
    assert change_default_egress_rule(patched) == "All egress"
    with pytest.raises(ClientError, match="Must specify both from and to ports"):
        change_default_egress_rule(unpatched)


def change_default_egress_rule(client: Client) -> str:
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="Web")["GroupId"]
    (rule,) = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
        "SecurityGroupRules"
    ]
    assert rule["IsEgress"]
    changed = {"IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0", "Description": "All egress"}
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[
            {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": changed}
        ],
    )
    (after,) = ec2.describe_security_group_rules(
        SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]]
    )["SecurityGroupRules"]
    assert (after["FromPort"], after["ToPort"]) == (-1, -1)
    return str(after["Description"])
