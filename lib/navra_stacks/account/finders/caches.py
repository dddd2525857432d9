"""ElastiCache replication groups and their groups."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, UnusableResourceError

__all__ = ["parameter_group", "replication_group", "subnet_group"]


def replication_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its id."""
    for live in wanted.account.all(
        "elasticache",
        "describe_replication_groups",
        ReplicationGroupId=wanted["replication_group_id"],
    ):
        name = live["ReplicationGroupId"]
        if live.get("Status") == "deleting":
            raise UnusableResourceError(f"{name} is being deleted; wait until it is gone")
        shards = live.get("NodeGroups") or [{}]
        primary = shards[0].get("PrimaryEndpoint") or live.get("ConfigurationEndpoint") or {}
        yield Candidate(
            name,
            {
                "arn": live.get("ARN"),
                "id": name,
                "primary_endpoint_address": primary.get("Address"),
            },
            told(live.get("Description", ""), live.get("Status", "")),
            live,
        )


def parameter_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    for live in wanted.account.all(
        "elasticache", "describe_cache_parameter_groups", CacheParameterGroupName=wanted["name"]
    ):
        name = live["CacheParameterGroupName"]
        yield Candidate(name, {"arn": live.get("ARN"), "name": name}, live=live)


def subnet_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    for live in wanted.account.all(
        "elasticache", "describe_cache_subnet_groups", CacheSubnetGroupName=wanted["name"]
    ):
        name = live["CacheSubnetGroupName"]
        yield Candidate(name, {"arn": live.get("ARN"), "name": name}, live=live)
