"""Route tables."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import filters, name_tag, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["route", "route_table", "subnet_routes"]


def route_table(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its Name tag within the VPC."""
    found = wanted.account.all(
        "ec2",
        "describe_route_tables",
        Filters=filters(vpc_id=wanted["vpc_id"], tag_Name=name_tag(wanted)),
    )
    for live in found:
        yield Candidate(
            live["RouteTableId"], told=told(live["VpcId"], tags=live.get("Tags")), live=live
        )


def subnet_routes(wanted: LookupTarget) -> Iterator[Candidate]:
    """Which table a subnet has; one that only follows the VPC's main table has none."""
    subnet_id = wanted["subnet_id"]
    associated = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    for table in wanted.account.all("ec2", "describe_route_tables", Filters=associated):
        yield Candidate(
            f"{subnet_id}/{table['RouteTableId']}", told=told(tags=table.get("Tags")), live=table
        )


DESTINATIONS = {
    "destination_cidr_block": "DestinationCidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
}


def route(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its table and where it leads."""
    table = wanted["route_table_id"]
    for argument, key in DESTINATIONS.items():
        if (destination := wanted.get(argument)) is None:
            continue
        for one in wanted.account.all("ec2", "describe_route_tables", RouteTableIds=[table]):
            for live in one["Routes"]:
                if live.get(key) == destination:
                    yield Candidate(f"{table}_{destination}", live=live)
