"""Create a load balancer with its neighbours in an emulated AWS."""

from __future__ import annotations

from typing import Any

from tests.support.emulator_clients import Client

__all__ = ["create_listener", "create_load_balancer", "create_target_group"]


def _create_vpc(client: Client) -> str:
    return str(client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def create_load_balancer(client: Client, *, type_: str = "application") -> str:
    """Create a load balancer in a new VPC, and return its ARN."""
    vpc = _create_vpc(client)
    subnets = [
        client("ec2").create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    created = client("elbv2").create_load_balancer(Name="shop", Subnets=subnets, Type=type_)
    return str(created["LoadBalancers"][0]["LoadBalancerArn"])


def create_listener(client: Client, **arguments: Any) -> str:
    """Create a load balancer with a listener that returns 404, and return the listener's ARN."""
    response = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    created = client("elbv2").create_listener(
        **{
            "LoadBalancerArn": create_load_balancer(client),
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": [response],
            **arguments,
        }
    )
    return str(created["Listeners"][0]["ListenerArn"])


def create_target_group(client: Client, name: str = "web") -> str:
    """Create a target group in a new VPC, and return its ARN."""
    created = client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=80, TargetType="ip", VpcId=_create_vpc(client)
    )
    return str(created["TargetGroups"][0]["TargetGroupArn"])
