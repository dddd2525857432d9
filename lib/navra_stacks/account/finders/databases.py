"""RDS databases and their groups."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import created, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, UnusableResourceError

__all__ = ["instance", "parameter_group", "subnet_group"]


def instance(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its identifier."""
    for live in wanted.account.all(
        "rds", "describe_db_instances", DBInstanceIdentifier=wanted["identifier"]
    ):
        identifier = live["DBInstanceIdentifier"]
        if live["DBInstanceStatus"] == "deleting":
            raise UnusableResourceError(f"{identifier} is being deleted; wait until it is gone")
        endpoint = live.get("Endpoint", {})
        yield Candidate(
            identifier,
            {
                "address": endpoint.get("Address"),
                "arn": live["DBInstanceArn"],
                "endpoint": f"{endpoint.get('Address')}:{endpoint.get('Port')}",
                "id": live.get("DbiResourceId"),
                "identifier": identifier,
                "port": endpoint.get("Port"),
                "resource_id": live.get("DbiResourceId"),
            },
            told(
                f"{live['Engine']} {live.get('EngineVersion', '')}",
                live["DBInstanceStatus"],
                created(live.get("InstanceCreateTime")),
                tags=live.get("TagList"),
            ),
            live,
        )


def parameter_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    for live in wanted.account.all(
        "rds", "describe_db_parameter_groups", DBParameterGroupName=wanted["name"]
    ):
        name = live["DBParameterGroupName"]
        yield Candidate(name, {"arn": live.get("DBParameterGroupArn"), "name": name}, live=live)


def subnet_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    for live in wanted.account.all(
        "rds", "describe_db_subnet_groups", DBSubnetGroupName=wanted["name"]
    ):
        name = live["DBSubnetGroupName"]
        yield Candidate(name, {"arn": live.get("DBSubnetGroupArn"), "name": name}, live=live)
