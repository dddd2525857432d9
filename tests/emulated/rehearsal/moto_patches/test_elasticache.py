"""What the emulator knows of caches, and moto does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_clients import Client
from tests.support.handmade_account.console import ACCOUNT


def group(client: Client, **arguments: Any) -> dict[str, Any]:
    """A replication group of two nodes."""
    asked: dict[str, Any] = {
        "ReplicationGroupId": "shop",
        "ReplicationGroupDescription": "Cache",
        "CacheNodeType": "cache.t4g.small",
        "Engine": "valkey",
        "EngineVersion": "8.0",
        "NumCacheClusters": 2,
        "PreferredMaintenanceWindow": "sun:04:30-sun:05:30",
        "SecurityGroupIds": ["sg-12345678"],
        "TransitEncryptionEnabled": True,
    }
    return dict(
        client("elasticache").create_replication_group(**asked | arguments)["ReplicationGroup"]
    )


def cluster(client: Client, name: str = "shop-001") -> dict[str, Any]:
    (found,) = client("elasticache").describe_cache_clusters(CacheClusterId=name)["CacheClusters"]
    return dict(found)


def test_a_replication_group_has_as_many_members_as_asked(taught: Client, untaught: Client) -> None:
    assert group(taught)["MemberClusters"] == ["shop-001", "shop-002"]
    assert group(untaught)["MemberClusters"] == ["shop-001"]


def test_a_replication_group_has_the_defaults_of_aws(taught: Client, untaught: Client) -> None:
    made = group(taught)
    assert made["TransitEncryptionMode"] == "required"
    assert made["AutoMinorVersionUpgrade"] is True
    assert not {"TransitEncryptionMode", "AutoMinorVersionUpgrade"} & group(untaught).keys()


def test_members_are_clusters(taught: Client, untaught: Client) -> None:
    group(taught)
    told = cluster(taught)
    assert told["ReplicationGroupId"] == "shop"
    assert told["EngineVersion"] == "8.0.1"
    assert told["PreferredMaintenanceWindow"] == "sun:04:30-sun:05:30"
    assert told["SecurityGroups"] == [{"SecurityGroupId": "sg-12345678", "Status": "active"}]
    assert told["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:cluster:shop-001"
    listed = taught("elasticache").describe_cache_clusters()["CacheClusters"]
    assert [one["CacheClusterId"] for one in listed] == ["shop-001", "shop-002"]
    with pytest.raises(taught("elasticache").exceptions.CacheClusterNotFoundFault):
        cluster(taught, "shop-003")

    group(untaught)
    with pytest.raises(untaught("elasticache").exceptions.CacheClusterNotFoundFault):
        cluster(untaught)


def test_a_replication_group_is_changed_in_all_that_it_has(
    taught: Client, untaught: Client
) -> None:
    def changed(client: Client) -> dict[str, Any]:
        group(client)
        answer = client("elasticache").modify_replication_group(
            ReplicationGroupId="shop",
            SnapshotWindow="01:00-02:00",
            PreferredMaintenanceWindow="mon:04:30-mon:05:30",
        )
        return dict(answer["ReplicationGroup"])

    assert changed(taught)["SnapshotWindow"] == "01:00-02:00"
    assert cluster(taught)["PreferredMaintenanceWindow"] == "mon:04:30-mon:05:30"
    assert changed(untaught)["SnapshotWindow"] != "01:00-02:00"


def test_a_replication_group_is_gone_once_deleted(taught: Client, untaught: Client) -> None:
    for client in (taught, untaught):
        group(client)
        client("elasticache").delete_replication_group(ReplicationGroupId="shop")
    caches = taught("elasticache")
    assert caches.describe_replication_groups()["ReplicationGroups"] == []
    assert caches.describe_cache_clusters()["CacheClusters"] == []
    (still,) = untaught("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert still["Status"] == "deleting"


def test_a_subnet_group_is_changed_and_deleted(taught: Client, untaught: Client) -> None:
    def made(client: Client) -> Any:
        (subnet, *_) = client("ec2").describe_subnets()["Subnets"]
        caches = client("elasticache")
        caches.create_cache_subnet_group(
            CacheSubnetGroupName="shop",
            CacheSubnetGroupDescription="One",
            SubnetIds=[subnet["SubnetId"]],
        )
        return caches

    caches = made(taught)
    changed = caches.modify_cache_subnet_group(
        CacheSubnetGroupName="shop", CacheSubnetGroupDescription="Other"
    )["CacheSubnetGroup"]
    assert changed["CacheSubnetGroupDescription"] == "Other"
    assert len(changed["Subnets"]) == 1
    caches.delete_cache_subnet_group(CacheSubnetGroupName="shop")
    assert caches.describe_cache_subnet_groups()["CacheSubnetGroups"] == []

    caches = made(untaught)
    with pytest.raises(NotImplementedError):
        caches.modify_cache_subnet_group(CacheSubnetGroupName="shop")
    with pytest.raises(NotImplementedError):
        caches.delete_cache_subnet_group(CacheSubnetGroupName="shop")


def test_caches_have_parameter_groups(taught: Client, untaught: Client) -> None:
    asked = {
        "CacheParameterGroupName": "shop",
        "CacheParameterGroupFamily": "valkey8",
        "Description": "Cache",
    }
    caches, name = taught("elasticache"), {"CacheParameterGroupName": "shop"}
    made = caches.create_cache_parameter_group(**asked, Tags=[{"Key": "a", "Value": "b"}])
    arn = made["CacheParameterGroup"]["ARN"]
    assert made["CacheParameterGroup"].items() >= asked.items()
    assert caches.list_tags_for_resource(ResourceName=arn)["TagList"] == [
        {"Key": "a", "Value": "b"}
    ]

    values = [
        {"ParameterName": "maxmemory-policy", "ParameterValue": "volatile-lru"},
        {"ParameterName": "timeout", "ParameterValue": "60"},
    ]
    caches.modify_cache_parameter_group(ParameterNameValues=values, **name)
    caches.reset_cache_parameter_group(ParameterNameValues=values[1:], **name)
    (told,) = caches.describe_cache_parameters(Source="user", **name)["Parameters"]
    assert told.items() >= (values[0] | {"Source": "user"}).items()

    group(taught, CacheParameterGroupName="shop")
    with pytest.raises(caches.exceptions.InvalidCacheParameterGroupStateFault):
        caches.delete_cache_parameter_group(**name)
    caches.delete_replication_group(ReplicationGroupId="shop")
    caches.delete_cache_parameter_group(**name)
    with pytest.raises(caches.exceptions.CacheParameterGroupNotFoundFault):
        caches.describe_cache_parameter_groups(**name)

    with pytest.raises(NotImplementedError):
        untaught("elasticache").create_cache_parameter_group(**asked)
