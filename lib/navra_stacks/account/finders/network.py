"""VPCs and what lies in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.gateways import GONE
from navra_stacks.account.finders.matching import filters, name_tag, told
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupTarget,
    Survey,
    UnmanagedResource,
    UnusableResourceError,
)

__all__ = [
    "flow_log",
    "looked_up_subnet",
    "looked_up_vpc",
    "others_in_the_vpc",
    "subnet",
    "vpc",
]


def vpc(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its recorded id, else by its Name tag and its addresses."""
    if (recorded := wanted.recorded) is not None:
        found = wanted.account.all("ec2", "describe_vpcs", VpcIds=[recorded])
        if not found:
            raise UnusableResourceError(
                f"the recorded {recorded} is not in account {wanted.account.id}, "
                f"{wanted.account.region}; correct the record"
            )
    else:
        found = wanted.account.all(
            "ec2",
            "describe_vpcs",
            Filters=filters(tag_Name=name_tag(wanted), cidr=wanted["cidr_block"]),
        )
    for live in found:
        yield _vpc(wanted, live)


def looked_up_vpc(wanted: LookupTarget) -> Iterator[Candidate]:
    """As the provider's data source does."""
    given: dict[str, Any] = {"Filters": _asked_filters(wanted)}
    if (id_ := wanted.get("id")) is not None:
        given["VpcIds"] = [id_]
    if (default := wanted.get("default")) is not None:
        given["Filters"] += filters(is_default=str(bool(default)).lower())
    if (cidr := wanted.get("cidr_block")) is not None:
        given["Filters"] += filters(cidr=cidr)
    found = wanted.account.all("ec2", "describe_vpcs", **given)
    if id_ is not None and not found:
        raise UnusableResourceError(
            f"{id_} is not in account {wanted.account.id}, {wanted.account.region}, or is not what "
            "else the document says of it; correct the record"
        )
    for live in found:
        yield _vpc(wanted, live)


def _vpc(wanted: LookupTarget, live: Mapping[str, Any]) -> Candidate:
    id_ = live["VpcId"]
    owner = live.get("OwnerId", "")
    return Candidate(
        id_,
        {
            "id": id_,
            "arn": f"arn:aws:ec2:{wanted.account.region}:{owner}:vpc/{id_}",
            "cidr_block": live["CidrBlock"],
        },
        told(live["CidrBlock"], "default" if live["IsDefault"] else "", tags=live.get("Tags")),
        live,
    )


def _asked_filters(wanted: LookupTarget) -> list[dict[str, Any]]:
    """The ``filter`` blocks and tags of a data source."""
    asked = [
        {"Name": one["name"], "Values": list(one["values"])} for one in wanted.get("filter", [])
    ]
    for key, value in wanted.get("tags", {}).items():
        asked.append({"Name": f"tag:{key}", "Values": [value]})
    return asked


def subnet(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its addresses, which a VPC has once."""
    found = wanted.account.all(
        "ec2",
        "describe_subnets",
        Filters=filters(vpc_id=wanted["vpc_id"], cidr_block=wanted["cidr_block"]),
    )
    yield from map(_subnet, found)


def looked_up_subnet(wanted: LookupTarget) -> Iterator[Candidate]:
    """As the provider's data source does."""
    given: dict[str, Any] = {"Filters": _asked_filters(wanted)}
    if (id_ := wanted.get("id")) is not None:
        given["SubnetIds"] = [id_]
    for argument in ("availability_zone", "vpc_id", "cidr_block", "default_for_az"):
        if (value := wanted.get(argument)) is not None:
            value = str(value).lower() if isinstance(value, bool) else value
            given["Filters"] += filters(**{argument: value})
    yield from map(_subnet, wanted.account.all("ec2", "describe_subnets", **given))


def _subnet(live: Mapping[str, Any]) -> Candidate:
    return Candidate(
        live["SubnetId"],
        {
            "id": live["SubnetId"],
            "arn": live.get("SubnetArn"),
            "availability_zone": live["AvailabilityZone"],
            "cidr_block": live["CidrBlock"],
            "vpc_id": live["VpcId"],
        },
        told(live["CidrBlock"], live["AvailabilityZone"], live["VpcId"], tags=live.get("Tags")),
        live,
    )


def flow_log(wanted: LookupTarget) -> Iterator[Candidate]:
    """By what it watches and where it writes."""
    watched = next(
        wanted[argument]
        for argument in ("vpc_id", "subnet_id", "eni_id", "transit_gateway_id")
        if argument in wanted.block.body
    )
    destination = wanted.get("log_destination")
    found = wanted.account.all("ec2", "describe_flow_logs", Filter=filters(resource_id=watched))
    for live in found:
        lands = live.get("LogDestination") or live.get("LogGroupName", "")
        if destination is None or lands in (destination, destination.rpartition(":")[2]):
            yield Candidate(
                live["FlowLogId"], told=told(watched, lands, tags=live.get("Tags")), live=live
            )


def others_in_the_vpc(survey: Survey) -> Iterator[UnmanagedResource]:
    """What lies in the environment's own VPC and no resource describes.

    A VPC that is only looked up is others', too.
    """
    for address, one in survey.found("aws_vpc").items():
        if address.startswith("data."):
            continue
        within = filters(vpc_id=one.id)
        for live in survey.account.all("ec2", "describe_subnets", Filters=within):
            yield UnmanagedResource("aws_subnet", live["SubnetId"], _subnet(live).told)
        for live in survey.account.all("ec2", "describe_route_tables", Filters=within):
            main = any(association.get("Main") for association in live["Associations"])
            if not main:
                yield UnmanagedResource(
                    "aws_route_table", live["RouteTableId"], told(one.id, tags=live.get("Tags"))
                )
        for live in survey.account.all("ec2", "describe_vpc_endpoints", Filters=within):
            if live.get("State", "").lower() not in GONE:
                yield UnmanagedResource(
                    "aws_vpc_endpoint",
                    live["VpcEndpointId"],
                    told(live["ServiceName"], tags=live.get("Tags")),
                )
        for live in survey.account.all("ec2", "describe_nat_gateways", Filters=within):
            if live["State"] in ("pending", "available"):
                yield UnmanagedResource(
                    "aws_nat_gateway",
                    live["NatGatewayId"],
                    told(live.get("SubnetId", ""), tags=live.get("Tags")),
                )
        for live in survey.account.all("ec2", "describe_security_groups", Filters=within):
            if live["GroupName"] != "default":
                yield UnmanagedResource(
                    "aws_security_group",
                    live["GroupId"],
                    told(live["GroupName"], live["Description"], tags=live.get("Tags")),
                )
