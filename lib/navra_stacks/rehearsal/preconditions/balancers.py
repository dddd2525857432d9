"""Load balancers and their parts that a document looks up."""

from __future__ import annotations

from typing import Any

from navra_stacks.document import Block
from navra_stacks.rehearsal.preconditions.network import default_vpc
from navra_stacks.rehearsal.preconditions.scene import Scene

__all__ = ["balancer", "listener", "target_group"]

Attributes = dict[str, Any]


def balancer(scene: Scene, block: Block) -> Attributes:
    """Of this name, in the default VPC."""
    arn = scene.asked(block, "arn") or ""
    name = scene.asked(block, "name") or arn.partition("loadbalancer/app/")[2].partition("/")[0]
    found = scene.client("ec2").describe_subnets(
        Filters=[{"Name": "vpc-id", "Values": [default_vpc(scene)["id"]]}]
    )["Subnets"]
    made = scene.client("elbv2").create_load_balancer(
        Name=name or "rehearsal", Subnets=[one["SubnetId"] for one in found]
    )["LoadBalancers"][0]
    scene.tell(f"load balancer {made['LoadBalancerName']}")
    return {
        "id": made["LoadBalancerArn"],
        "arn": made["LoadBalancerArn"],
        "dns_name": made["DNSName"],
        "zone_id": made["CanonicalHostedZoneId"],
        "vpc_id": made["VpcId"],
    }


def listener(scene: Scene, block: Block) -> Attributes:
    """On this port of a load balancer that is looked up too."""
    arn = scene.client("elbv2").create_listener(
        LoadBalancerArn=scene.needed(block, "load_balancer_arn"),
        Port=int(scene.asked(block, "port") or 443),
        Protocol="HTTP",
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
    scene.tell(f"listener {scene.asked(block, 'port') or 443}")
    return {"id": arn, "arn": arn}


def target_group(scene: Scene, block: Block) -> Attributes:
    """Of this name, for addresses in the default VPC."""
    name = scene.needed(block, "name")
    arn = scene.client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=80, VpcId=default_vpc(scene)["id"], TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    scene.tell(f"target group {name}")
    return {"id": arn, "arn": arn, "name": name}
