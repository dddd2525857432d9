"""The routes of the subnets of a document."""

from __future__ import annotations

from typing import Literal

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.traffic import ANYWHERE
from navra_stacks.check.values import UNKNOWN, Values

__all__ = ["default_routes"]

Route = Literal["internet", "other"]

_DESTINATIONS = (
    "cidr_block",
    "destination_cidr_block",
    "destination_ipv6_cidr_block",
    "ipv6_cidr_block",
)


def default_routes(document: CheckedDocument, subnet: CheckedResource) -> frozenset[Route] | None:
    """Return the kinds of default routes of a subnet; None if its route table is not known.

    The route table of a data source is not known.
    ``internet`` is a route to an internet gateway, ``other`` one to any other target.
    """
    if subnet.is_data:
        return None
    associations = document.referring(subnet, "aws_route_table_association")
    tables = [
        table
        for association in associations
        for table in association.referred("route_table_id", "aws_route_table")
        if not table.is_data
    ]
    if not associations or len(tables) != len(associations):
        return None
    if document.is_opaque("route_table_id", "aws_route"):
        return None
    found: set[Route] = set()
    for table in tables:
        if table.has_unknown("route") or document.referring(
            table, "aws_vpn_gateway_route_propagation"
        ):
            return None
        for route in (*table.blocks("route"), *document.referring(table, "aws_route")):
            destinations = [route.get(name) for name in _DESTINATIONS]
            if UNKNOWN in destinations:
                return None
            if ANYWHERE.intersection(map(str, destinations)):
                found.add(_kind(document, route))
    return frozenset(found)


def _kind(document: CheckedDocument, route: Values) -> Route:
    gateways = document.find(route.refers_to("gateway_id"), "aws_internet_gateway")
    is_internet = gateways or (route.text("gateway_id") or "").startswith("igw-")
    return "internet" if is_internet else "other"
