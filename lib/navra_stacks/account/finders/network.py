"""Finders for VPCs, subnets and VPC flow logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.gateways import DELETED_STATES
from navra_stacks.account.finders.matching import describe, filters, name_tag
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
    UnusableResourceError,
)

__all__ = [
    "flow_log",
    "other_vpc_resources",
    "subnet",
    "subnet_data_source",
    "vpc",
    "vpc_data_source",
]


def vpc(target: LookupTarget) -> Iterator[Candidate]:
    """Find a VPC by its ID in `existing_ids`, else by its Name tag and CIDR block."""
    if (recorded_id := target.recorded_id) is not None:
        found = target.account.list_all("ec2", "describe_vpcs", VpcIds=[recorded_id])
        if not found:
            raise UnusableResourceError(
                f"{recorded_id}, from `existing_ids.vpc_id`, does not exist in account "
                f"{target.account.id}, {target.account.region}; correct the ID"
            )
    else:
        found = target.account.list_all(
            "ec2",
            "describe_vpcs",
            Filters=filters(tag_Name=name_tag(target), cidr=target["cidr_block"]),
        )
    for live in found:
        yield _vpc(target, live)


def vpc_data_source(target: LookupTarget) -> Iterator[Candidate]:
    """Find a VPC in the same way as the provider's data source."""
    arguments: dict[str, Any] = {"Filters": _document_filters(target)}
    if (id_ := target.get("id")) is not None:
        arguments["VpcIds"] = [id_]
    if (default := target.get("default")) is not None:
        arguments["Filters"] += filters(is_default=str(bool(default)).lower())
    if (cidr := target.get("cidr_block")) is not None:
        arguments["Filters"] += filters(cidr=cidr)
    found = target.account.list_all("ec2", "describe_vpcs", **arguments)
    if id_ is not None and not found:
        raise UnusableResourceError(
            f"{id_} does not exist in account {target.account.id}, {target.account.region}, or "
            "does not match the other arguments of the data source; correct the ID or the arguments"
        )
    for live in found:
        yield _vpc(target, live)


def _vpc(target: LookupTarget, live: Mapping[str, Any]) -> Candidate:
    id_ = live["VpcId"]
    owner = live.get("OwnerId", "")
    return Candidate(
        id_,
        {
            "id": id_,
            "arn": f"arn:aws:ec2:{target.account.region}:{owner}:vpc/{id_}",
            "cidr_block": live["CidrBlock"],
        },
        describe(live["CidrBlock"], "default" if live["IsDefault"] else "", tags=live.get("Tags")),
        live,
    )


def _document_filters(target: LookupTarget) -> list[dict[str, Any]]:
    """Return the ``filter`` blocks and the tags of a data source as EC2 filters."""
    ec2_filters = [
        {"Name": block["name"], "Values": list(block["values"])}
        for block in target.get("filter", [])
    ]
    for key, value in target.get("tags", {}).items():
        ec2_filters.append({"Name": f"tag:{key}", "Values": [value]})
    return ec2_filters


def subnet(target: LookupTarget) -> Iterator[Candidate]:
    """Find a subnet by its VPC and CIDR block."""
    found = target.account.list_all(
        "ec2",
        "describe_subnets",
        Filters=filters(vpc_id=target["vpc_id"], cidr_block=target["cidr_block"]),
    )
    yield from map(_subnet, found)


def subnet_data_source(target: LookupTarget) -> Iterator[Candidate]:
    """Find a subnet in the same way as the provider's data source."""
    arguments: dict[str, Any] = {"Filters": _document_filters(target)}
    if (id_ := target.get("id")) is not None:
        arguments["SubnetIds"] = [id_]
    for argument in ("availability_zone", "vpc_id", "cidr_block", "default_for_az"):
        if (value := target.get(argument)) is not None:
            value = str(value).lower() if isinstance(value, bool) else value
            arguments["Filters"] += filters(**{argument: value})
    yield from map(_subnet, target.account.list_all("ec2", "describe_subnets", **arguments))


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
        describe(live["CidrBlock"], live["AvailabilityZone"], live["VpcId"], tags=live.get("Tags")),
        live,
    )


def flow_log(target: LookupTarget) -> Iterator[Candidate]:
    """Find a VPC flow log by the monitored resource and the log destination."""
    monitored = next(
        target[argument]
        for argument in ("vpc_id", "subnet_id", "eni_id", "transit_gateway_id")
        if argument in target.block.body
    )
    destination = target.get("log_destination")
    found = target.account.list_all(
        "ec2", "describe_flow_logs", Filter=filters(resource_id=monitored)
    )
    for live in found:
        live_destination = live.get("LogDestination") or live.get("LogGroupName", "")
        if destination is None or live_destination in (destination, destination.rpartition(":")[2]):
            yield Candidate(
                live["FlowLogId"],
                description=describe(monitored, live_destination, tags=live.get("Tags")),
                live=live,
            )


def other_vpc_resources(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find subnets, route tables, VPC endpoints, NAT gateways and security groups in managed VPCs.

    Main route tables and default security groups are left out. A VPC that the document only looks
    up can contain resources of other environments, so its resources are not listed.
    """
    for address, vpc_match in results.matches("aws_vpc").items():
        if address.startswith("data."):
            continue
        in_vpc = filters(vpc_id=vpc_match.id)
        for live in results.account.list_all("ec2", "describe_subnets", Filters=in_vpc):
            yield UnmanagedResource("aws_subnet", live["SubnetId"], _subnet(live).description)
        for live in results.account.list_all("ec2", "describe_route_tables", Filters=in_vpc):
            main = any(association.get("Main") for association in live["Associations"])
            if not main:
                yield UnmanagedResource(
                    "aws_route_table",
                    live["RouteTableId"],
                    describe(vpc_match.id, tags=live.get("Tags")),
                )
        for live in results.account.list_all("ec2", "describe_vpc_endpoints", Filters=in_vpc):
            if live.get("State", "").lower() not in DELETED_STATES:
                yield UnmanagedResource(
                    "aws_vpc_endpoint",
                    live["VpcEndpointId"],
                    describe(live["ServiceName"], tags=live.get("Tags")),
                )
        for live in results.account.list_all("ec2", "describe_nat_gateways", Filters=in_vpc):
            if live["State"] in ("pending", "available"):
                yield UnmanagedResource(
                    "aws_nat_gateway",
                    live["NatGatewayId"],
                    describe(live.get("SubnetId", ""), tags=live.get("Tags")),
                )
        for live in results.account.list_all("ec2", "describe_security_groups", Filters=in_vpc):
            if live["GroupName"] != "default":
                yield UnmanagedResource(
                    "aws_security_group",
                    live["GroupId"],
                    describe(live["GroupName"], live["Description"], tags=live.get("Tags")),
                )
