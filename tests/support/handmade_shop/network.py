"""A VPC with its resources: their Terraform blocks, and the API calls that create them."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import Console, tags

__all__ = ["BLOCKS", "VPC", "build", "tagged"]

VPC = "aws_vpc.vpc"
IN_THE_VPC = {"vpc_id": "${aws_vpc.vpc.id}"}


def name_tag(name: str) -> dict[str, dict[str, str]]:
    return {"tags": {"Name": name}}


BLOCKS: dict[str, dict[str, Any]] = {
    VPC: {"cidr_block": "10.20.0.0/16", **name_tag("shop-vpc")},
    "aws_default_security_group.default": IN_THE_VPC,
    "aws_subnet.public": {"cidr_block": "10.20.0.0/20", **IN_THE_VPC},
    "aws_internet_gateway.gateway": {**IN_THE_VPC, **name_tag("shop-gateway")},
    "aws_eip.nat": name_tag("shop-nat"),
    "aws_nat_gateway.nat": {"subnet_id": "${aws_subnet.public.id}", **name_tag("shop-nat")},
    "aws_route_table.public": {**IN_THE_VPC, **name_tag("shop-routes")},
    "aws_route_table_association.public": {
        "subnet_id": "${aws_subnet.public.id}",
        "route_table_id": "${aws_route_table.public.id}",
    },
    "aws_route.out": {
        "route_table_id": "${aws_route_table.public.id}",
        "destination_cidr_block": "0.0.0.0/0",
    },
    "aws_vpc_endpoint.s3": {
        "service_name": "com.amazonaws.us-east-1.s3",
        "vpc_endpoint_type": "Gateway",
        **IN_THE_VPC,
    },
    "aws_cloudwatch_log_group.flow": {"name": "/shop/flow"},
    "aws_flow_log.flow": {
        "log_destination": "${aws_cloudwatch_log_group.flow.arn}",
        **IN_THE_VPC,
    },
}


def tagged(kind: str, name: str) -> dict[str, Any]:
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags(Name=name)}]}


def build(console: Console) -> dict[str, str]:
    """Create all resources, and return their Terraform import ids by address."""
    ec2 = console("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", **tagged("vpc", "shop-vpc"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.0.0/20")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc", **tagged("elastic-ip", "shop-nat"))["AllocationId"]
    nat = ec2.create_nat_gateway(
        SubnetId=subnet, AllocationId=address, **tagged("natgateway", "shop-nat")
    )["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=vpc, **tagged("route-table", "shop-routes"))["RouteTable"][
        "RouteTableId"
    ]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway"
    )["VpcEndpoint"]["VpcEndpointId"]
    console("logs").create_log_group(logGroupName="/shop/flow")
    (default,) = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    return {
        VPC: vpc,
        "aws_default_security_group.default": default["GroupId"],
        "aws_subnet.public": subnet,
        "aws_internet_gateway.gateway": gateway,
        "aws_eip.nat": address,
        "aws_nat_gateway.nat": nat,
        "aws_route_table.public": table,
        "aws_route_table_association.public": f"{subnet}/{table}",
        "aws_route.out": f"{table}_0.0.0.0/0",
        "aws_vpc_endpoint.s3": endpoint,
        "aws_cloudwatch_log_group.flow": "/shop/flow",
        "aws_flow_log.flow": write_flow_logs(console, vpc),
    }


def write_flow_logs(console: Console, vpc: str) -> str:
    created = console("ec2").create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogDestination="arn:aws:logs:us-east-1:625847798833:log-group:/shop/flow",
        DeliverLogsPermissionArn="arn:aws:iam::625847798833:role/flow",
    )
    return str(created["FlowLogIds"][0])
