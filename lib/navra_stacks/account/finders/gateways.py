"""The ways out of a VPC: gateways, their addresses, endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import filters, name_tag, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget
from navra_stacks.terraform.expressions import UnresolvedError

__all__ = ["GONE", "address", "endpoint", "internet_gateway", "nat_gateway"]


def internet_gateway(wanted: LookupTarget) -> Iterator[Candidate]:
    """The one that is attached to the VPC, else one of its name that is attached to none."""
    attached = [{"Name": "attachment.vpc-id", "Values": [wanted["vpc_id"]]}]
    found = wanted.account.all("ec2", "describe_internet_gateways", Filters=attached)
    if not found and "Name" in wanted.get("tags", {}):
        named = wanted.account.all(
            "ec2", "describe_internet_gateways", Filters=filters(tag_Name=name_tag(wanted))
        )
        found = [one for one in named if not one.get("Attachments")]
    for live in found:
        yield Candidate(live["InternetGatewayId"], told=told(tags=live.get("Tags")), live=live)


def address(wanted: LookupTarget) -> Iterator[Candidate]:
    """An Elastic IP, by its Name tag."""
    for live in wanted.account.all(
        "ec2", "describe_addresses", Filters=filters(tag_Name=name_tag(wanted))
    ):
        yield Candidate(
            live["AllocationId"],
            {"allocation_id": live["AllocationId"], "public_ip": live.get("PublicIp")},
            told(live.get("PublicIp", ""), tags=live.get("Tags")),
            live,
        )


def nat_gateway(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its Name tag in its VPC, else the one in its subnet.

    One that is deleted stays listed for an hour.
    """
    name = name_tag(wanted)
    alive = [
        live
        for live in wanted.account.all("ec2", "describe_nat_gateways")
        if live["State"] in ("pending", "available")
    ]
    found = [live for live in alive if {"Key": "Name", "Value": name} in live.get("Tags", ())]
    if (vpc := _vpc_of(wanted)) is not None:
        found = [one for one in found if one.get("VpcId") == vpc]
    if not found and "subnet_id" in wanted.block.body:
        subnet = wanted["subnet_id"]
        found = [live for live in alive if live.get("SubnetId") == subnet]
    for live in found:
        yield Candidate(
            live["NatGatewayId"],
            told=told(live.get("SubnetId", ""), live["State"], tags=live.get("Tags")),
            live=live,
        )


def _vpc_of(wanted: LookupTarget) -> str | None:
    """The VPC of its subnet, where that exists already."""
    try:
        ids = [wanted["subnet_id"]]
    except UnresolvedError:
        return None
    found = wanted.account.all("ec2", "describe_subnets", SubnetIds=ids)
    return str(found[0]["VpcId"]) if found else None


def endpoint(wanted: LookupTarget) -> Iterator[Candidate]:
    """By the service that it leads to."""
    found = wanted.account.all(
        "ec2",
        "describe_vpc_endpoints",
        Filters=filters(vpc_id=wanted["vpc_id"], service_name=wanted["service_name"]),
    )
    kind = wanted.get("vpc_endpoint_type", "Gateway")
    for live in found:
        if live["VpcEndpointType"] == kind and live.get("State", "").lower() not in GONE:
            yield Candidate(
                live["VpcEndpointId"],
                told=told(live["ServiceName"], kind, tags=live.get("Tags")),
                live=live,
            )


GONE = ("deleting", "deleted", "failed", "rejected", "expired")
