"""Patches for ElastiCache, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_clients import Client
from tests.support.handmade_account.console import ACCOUNT


def create_group(client: Client, **arguments: Any) -> dict[str, Any]:
    """Create a replication group with two nodes."""
    defaults: dict[str, Any] = {
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
        client("elasticache").create_replication_group(**defaults | arguments)["ReplicationGroup"]
    )


def describe_cluster(client: Client, name: str = "shop-001") -> dict[str, Any]:
    (found,) = client("elasticache").describe_cache_clusters(CacheClusterId=name)["CacheClusters"]
    return dict(found)


def test_a_replication_group_has_the_requested_number_of_members(
    patched: Client, unpatched: Client
) -> None:
    assert create_group(patched)["MemberClusters"] == ["shop-001", "shop-002"]
    assert create_group(unpatched)["MemberClusters"] == ["shop-001"]


def test_a_replication_group_has_the_default_settings_of_aws(
    patched: Client, unpatched: Client
) -> None:
    created = create_group(patched)
    assert created["TransitEncryptionMode"] == "required"
    assert created["AutoMinorVersionUpgrade"] is True
    assert not {"TransitEncryptionMode", "AutoMinorVersionUpgrade"} & create_group(unpatched).keys()


def test_members_of_a_replication_group_are_cache_clusters(
    patched: Client, unpatched: Client
) -> None:
    create_group(patched)
    member = describe_cluster(patched)
    assert member["ReplicationGroupId"] == "shop"
    assert member["EngineVersion"] == "8.0.1"
    assert member["PreferredMaintenanceWindow"] == "sun:04:30-sun:05:30"
    assert member["SecurityGroups"] == [{"SecurityGroupId": "sg-12345678", "Status": "active"}]
    assert member["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:cluster:shop-001"
    listed = patched("elasticache").describe_cache_clusters()["CacheClusters"]
    assert [member["CacheClusterId"] for member in listed] == ["shop-001", "shop-002"]
    with pytest.raises(patched("elasticache").exceptions.CacheClusterNotFoundFault):
        describe_cluster(patched, "shop-003")

    create_group(unpatched)
    with pytest.raises(unpatched("elasticache").exceptions.CacheClusterNotFoundFault):
        describe_cluster(unpatched)


def test_all_settings_of_a_replication_group_can_be_changed(
    patched: Client, unpatched: Client
) -> None:
    def change(client: Client) -> dict[str, Any]:
        create_group(client)
        response = client("elasticache").modify_replication_group(
            ReplicationGroupId="shop",
            SnapshotWindow="01:00-02:00",
            PreferredMaintenanceWindow="mon:04:30-mon:05:30",
        )
        return dict(response["ReplicationGroup"])

    assert change(patched)["SnapshotWindow"] == "01:00-02:00"
    assert describe_cluster(patched)["PreferredMaintenanceWindow"] == "mon:04:30-mon:05:30"
    assert change(unpatched)["SnapshotWindow"] != "01:00-02:00"


def test_a_deleted_replication_group_no_longer_exists(patched: Client, unpatched: Client) -> None:
    for client in (patched, unpatched):
        create_group(client)
        client("elasticache").delete_replication_group(ReplicationGroupId="shop")
    caches = patched("elasticache")
    assert caches.describe_replication_groups()["ReplicationGroups"] == []
    assert caches.describe_cache_clusters()["CacheClusters"] == []
    (deleted,) = unpatched("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert deleted["Status"] == "deleting"


def test_a_subnet_group_can_be_changed_and_deleted(patched: Client, unpatched: Client) -> None:
    def create(client: Client) -> Any:
        (subnet, *_) = client("ec2").describe_subnets()["Subnets"]
        caches = client("elasticache")
        caches.create_cache_subnet_group(
            CacheSubnetGroupName="shop",
            CacheSubnetGroupDescription="One",
            SubnetIds=[subnet["SubnetId"]],
        )
        return caches

    caches = create(patched)
    changed = caches.modify_cache_subnet_group(
        CacheSubnetGroupName="shop", CacheSubnetGroupDescription="Other"
    )["CacheSubnetGroup"]
    assert changed["CacheSubnetGroupDescription"] == "Other"
    assert len(changed["Subnets"]) == 1
    caches.delete_cache_subnet_group(CacheSubnetGroupName="shop")
    assert caches.describe_cache_subnet_groups()["CacheSubnetGroups"] == []

    caches = create(unpatched)
    with pytest.raises(NotImplementedError):
        caches.modify_cache_subnet_group(CacheSubnetGroupName="shop")
    with pytest.raises(NotImplementedError):
        caches.delete_cache_subnet_group(CacheSubnetGroupName="shop")


def test_parameter_groups_can_be_created_changed_and_deleted(
    patched: Client, unpatched: Client
) -> None:
    arguments = {
        "CacheParameterGroupName": "shop",
        "CacheParameterGroupFamily": "valkey8",
        "Description": "Cache",
    }
    caches, name = patched("elasticache"), {"CacheParameterGroupName": "shop"}
    created = caches.create_cache_parameter_group(**arguments, Tags=[{"Key": "a", "Value": "b"}])
    arn = created["CacheParameterGroup"]["ARN"]
    assert created["CacheParameterGroup"].items() >= arguments.items()
    assert caches.list_tags_for_resource(ResourceName=arn)["TagList"] == [
        {"Key": "a", "Value": "b"}
    ]

    values = [
        {"ParameterName": "maxmemory-policy", "ParameterValue": "volatile-lru"},
        {"ParameterName": "timeout", "ParameterValue": "60"},
    ]
    caches.modify_cache_parameter_group(ParameterNameValues=values, **name)
    caches.reset_cache_parameter_group(ParameterNameValues=values[1:], **name)
    (parameter,) = caches.describe_cache_parameters(Source="user", **name)["Parameters"]
    assert parameter.items() >= (values[0] | {"Source": "user"}).items()

    create_group(patched, CacheParameterGroupName="shop")
    with pytest.raises(caches.exceptions.InvalidCacheParameterGroupStateFault):
        caches.delete_cache_parameter_group(**name)
    caches.delete_replication_group(ReplicationGroupId="shop")
    caches.delete_cache_parameter_group(**name)
    with pytest.raises(caches.exceptions.CacheParameterGroupNotFoundFault):
        caches.describe_cache_parameter_groups(**name)

    with pytest.raises(NotImplementedError):
        unpatched("elasticache").create_cache_parameter_group(**arguments)
