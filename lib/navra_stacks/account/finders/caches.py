"""Finders for ElastiCache replication groups, parameter groups and subnet groups."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import describe
from navra_stacks.account.lookup_types import Candidate, LookupTarget, UnusableResourceError

__all__ = ["parameter_group", "replication_group", "subnet_group"]


def replication_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find a replication group by its ID."""
    for live in target.account.list_all(
        "elasticache",
        "describe_replication_groups",
        ReplicationGroupId=target["replication_group_id"],
    ):
        name = live["ReplicationGroupId"]
        if live.get("Status") == "deleting":
            raise UnusableResourceError(
                f"{name} is being deleted; wait until the deletion is complete"
            )
        shards = live.get("NodeGroups") or [{}]
        primary = shards[0].get("PrimaryEndpoint") or live.get("ConfigurationEndpoint") or {}
        yield Candidate(
            name,
            {
                "arn": live.get("ARN"),
                "id": name,
                "primary_endpoint_address": primary.get("Address"),
            },
            describe(live.get("Description", ""), live.get("Status", "")),
            live,
        )


def parameter_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find an ElastiCache parameter group by its name."""
    for live in target.account.list_all(
        "elasticache", "describe_cache_parameter_groups", CacheParameterGroupName=target["name"]
    ):
        name = live["CacheParameterGroupName"]
        yield Candidate(name, {"arn": live.get("ARN"), "name": name}, live=live)


def subnet_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find an ElastiCache subnet group by its name."""
    for live in target.account.list_all(
        "elasticache", "describe_cache_subnet_groups", CacheSubnetGroupName=target["name"]
    ):
        name = live["CacheSubnetGroupName"]
        yield Candidate(name, {"arn": live.get("ARN"), "name": name}, live=live)
