"""Finders for internet gateways, NAT gateways, Elastic IPs and VPC endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import describe, filters, name_tag
from navra_stacks.account.lookup_types import Candidate, LookupTarget
from navra_stacks.terraform.expressions import UnresolvedError

__all__ = ["DELETED_STATES", "address", "endpoint", "internet_gateway", "nat_gateway"]


def internet_gateway(target: LookupTarget) -> Iterator[Candidate]:
    """Find the internet gateway of a VPC, else an unattached gateway by its Name tag."""
    attached = [{"Name": "attachment.vpc-id", "Values": [target["vpc_id"]]}]
    found = target.account.list_all("ec2", "describe_internet_gateways", Filters=attached)
    if not found and "Name" in target.get("tags", {}):
        named = target.account.list_all(
            "ec2", "describe_internet_gateways", Filters=filters(tag_Name=name_tag(target))
        )
        found = [live for live in named if not live.get("Attachments")]
    for live in found:
        yield Candidate(
            live["InternetGatewayId"], description=describe(tags=live.get("Tags")), live=live
        )


def address(target: LookupTarget) -> Iterator[Candidate]:
    """Find an Elastic IP address by its Name tag."""
    for live in target.account.list_all(
        "ec2", "describe_addresses", Filters=filters(tag_Name=name_tag(target))
    ):
        yield Candidate(
            live["AllocationId"],
            {"allocation_id": live["AllocationId"], "public_ip": live.get("PublicIp")},
            describe(live.get("PublicIp", ""), tags=live.get("Tags")),
            live,
        )


def nat_gateway(target: LookupTarget) -> Iterator[Candidate]:
    """Find a NAT gateway by its VPC and Name tag, else by its subnet.

    A failed or deleted NAT gateway, which AWS lists for another hour, does not match.
    """
    name = name_tag(target)
    alive = [
        live
        for live in target.account.list_all("ec2", "describe_nat_gateways")
        if live["State"] in ("pending", "available")
    ]
    found = [live for live in alive if {"Key": "Name", "Value": name} in live.get("Tags", ())]
    if (vpc := _vpc_of(target)) is not None:
        found = [live for live in found if live.get("VpcId") == vpc]
    if not found and "subnet_id" in target.block.body:
        subnet = target["subnet_id"]
        found = [live for live in alive if live.get("SubnetId") == subnet]
    for live in found:
        yield Candidate(
            live["NatGatewayId"],
            description=describe(live.get("SubnetId", ""), live["State"], tags=live.get("Tags")),
            live=live,
        )


def _vpc_of(target: LookupTarget) -> str | None:
    """Return the VPC ID of the target's subnet; None if the subnet is unknown or does not exist."""
    try:
        ids = [target["subnet_id"]]
    except UnresolvedError:
        return None
    found = target.account.list_all("ec2", "describe_subnets", SubnetIds=ids)
    return str(found[0]["VpcId"]) if found else None


def endpoint(target: LookupTarget) -> Iterator[Candidate]:
    """Find the VPC endpoints with the VPC, service and type of the target."""
    found = target.account.list_all(
        "ec2",
        "describe_vpc_endpoints",
        Filters=filters(vpc_id=target["vpc_id"], service_name=target["service_name"]),
    )
    kind = target.get("vpc_endpoint_type", "Gateway")
    for live in found:
        if live["VpcEndpointType"] == kind and live.get("State", "").lower() not in DELETED_STATES:
            yield Candidate(
                live["VpcEndpointId"],
                description=describe(live["ServiceName"], kind, tags=live.get("Tags")),
                live=live,
            )


DELETED_STATES = ("deleting", "deleted", "failed", "rejected", "expired")
