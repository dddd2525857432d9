"""Finders for route tables, their associations, and routes."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import describe, filters, name_tag
from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["route", "route_table", "route_table_association"]


def route_table(target: LookupTarget) -> Iterator[Candidate]:
    """Find a route table by its VPC and Name tag."""
    found = target.account.list_all(
        "ec2",
        "describe_route_tables",
        Filters=filters(vpc_id=target["vpc_id"], tag_Name=name_tag(target)),
    )
    for live in found:
        yield Candidate(
            live["RouteTableId"],
            description=describe(live["VpcId"], tags=live.get("Tags")),
            live=live,
        )


def route_table_association(target: LookupTarget) -> Iterator[Candidate]:
    """Find the explicit route table association of a subnet."""
    subnet_id = target["subnet_id"]
    subnet_filter = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    for table in target.account.list_all("ec2", "describe_route_tables", Filters=subnet_filter):
        yield Candidate(
            f"{subnet_id}/{table['RouteTableId']}",
            description=describe(tags=table.get("Tags")),
            live=table,
        )


DESTINATIONS = {
    "destination_cidr_block": "DestinationCidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
}


def route(target: LookupTarget) -> Iterator[Candidate]:
    """Find a route by its route table and destination."""
    table = target["route_table_id"]
    for argument, key in DESTINATIONS.items():
        if (destination := target.get(argument)) is None:
            continue
        for live_table in target.account.list_all(
            "ec2", "describe_route_tables", RouteTableIds=[table]
        ):
            for live in live_table["Routes"]:
                if live.get(key) == destination:
                    yield Candidate(f"{table}_{destination}", live=live)
