"""Finders for RDS instances, parameter groups and subnet groups."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import created, describe
from navra_stacks.account.lookup_types import Candidate, LookupTarget, UnusableResourceError

__all__ = ["instance", "parameter_group", "subnet_group"]


def instance(target: LookupTarget) -> Iterator[Candidate]:
    """Find an RDS instance by its identifier."""
    for live in target.account.list_all(
        "rds", "describe_db_instances", DBInstanceIdentifier=target["identifier"]
    ):
        identifier = live["DBInstanceIdentifier"]
        if live["DBInstanceStatus"] == "deleting":
            raise UnusableResourceError(
                f"{identifier} is being deleted; wait until the deletion is complete"
            )
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
            describe(
                f"{live['Engine']} {live.get('EngineVersion', '')}",
                live["DBInstanceStatus"],
                created(live.get("InstanceCreateTime")),
                tags=live.get("TagList"),
            ),
            live,
        )


def parameter_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find an RDS parameter group by its name."""
    for live in target.account.list_all(
        "rds", "describe_db_parameter_groups", DBParameterGroupName=target["name"]
    ):
        name = live["DBParameterGroupName"]
        yield Candidate(name, {"arn": live.get("DBParameterGroupArn"), "name": name}, live=live)


def subnet_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find an RDS subnet group by its name."""
    for live in target.account.list_all(
        "rds", "describe_db_subnet_groups", DBSubnetGroupName=target["name"]
    ):
        name = live["DBSubnetGroupName"]
        yield Candidate(name, {"arn": live.get("DBSubnetGroupArn"), "name": name}, live=live)
