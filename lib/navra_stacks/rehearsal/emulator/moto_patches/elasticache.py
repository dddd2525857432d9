"""Caches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.models import ElastiCacheBackend, ReplicationGroup
from moto.elasticache.responses import ElastiCacheResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = [
    "a_replication_group_has_as_many_members_as_asked",
    "a_replication_group_is_changed_in_all_that_it_has",
    "a_replication_group_is_gone_once_deleted",
    "members_are_clusters",
    "subnet_groups_are_changed_and_deleted",
]

MODIFIED = {
    # The attribute of moto's replication group: ModifyReplicationGroup's argument.
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "cache_parameter_group_name": "CacheParameterGroupName",
    "engine_version": "EngineVersion",
    "notification_topic_arn": "NotificationTopicArn",
    "preferred_maintenance_window": "PreferredMaintenanceWindow",
    "security_group_ids": "SecurityGroupIds",
    "snapshot_window": "SnapshotWindow",
    "transit_encryption_enabled": "TransitEncryptionEnabled",
    "transit_encryption_mode": "TransitEncryptionMode",
}


def a_replication_group_has_as_many_members_as_asked() -> None:
    """And AWS's defaults. Goes when moto heeds `NumCacheClusters`, and has them."""

    @around(ElastiCacheBackend)
    def create_replication_group(create: Any, backend: Any, **asked: Any) -> ReplicationGroup:
        members = asked["num_cache_clusters"]
        if members and not asked["num_node_groups"] and not asked["replicas_per_node_group"]:
            asked["replicas_per_node_group"] = members - 1
        group: ReplicationGroup = create(backend, **asked)
        if group.auto_minor_version_upgrade is None:
            group.auto_minor_version_upgrade = True
        if group.transit_encryption_enabled and group.transit_encryption_mode is None:
            group.transit_encryption_mode = "required"
        return group


def members_are_clusters() -> None:
    """DescribeCacheClusters tells them. Goes when moto's does."""

    @around(ElastiCacheBackend)
    def describe_cache_clusters(
        describe: Any, backend: Any, cache_cluster_id: str | None = None
    ) -> list[Any]:
        members = {
            member["CacheClusterId"]: member
            for group in backend.replication_groups.values()
            for member in _members(backend, group)
            if member["CacheClusterId"] not in backend.cache_clusters
        }
        if cache_cluster_id is None:
            return [*describe(backend), *members.values()]
        if cache_cluster_id in members:
            return [members[cache_cluster_id]]
        return list(describe(backend, cache_cluster_id))


def _members(backend: Any, group: ReplicationGroup) -> Iterator[dict[str, Any]]:
    """A replication group's cache clusters, as DescribeCacheClusters answers them."""
    version = group.engine_version or ""
    shared: dict[str, Any] = {
        "AtRestEncryptionEnabled": group.at_rest_encryption_enabled,
        "AuthTokenEnabled": group.auth_token_enabled,
        "AutoMinorVersionUpgrade": group.auto_minor_version_upgrade,
        "CacheClusterCreateTime": group.replication_group_create_time,
        "CacheClusterStatus": group.status,
        "CacheNodeType": group.cache_node_type,
        "CacheParameterGroup": {
            "CacheParameterGroupName": group.cache_parameter_group_name,
            "CacheNodeIdsToReboot": [],
            "ParameterApplyStatus": "in-sync",
        },
        "CacheSubnetGroupName": group.cache_subnet_group_name,
        "Engine": group.engine,
        # AWS answers the patch too: 8.0.1 where 8.0 was asked for.
        "EngineVersion": f"{version}.1" if version.count(".") == 1 else version,
        "IpDiscovery": group.ip_discovery,
        "LogDeliveryConfigurations": group.log_delivery_configurations,
        "NetworkType": group.network_type,
        "NumCacheNodes": 1,
        "PreferredMaintenanceWindow": group.preferred_maintenance_window,
        "ReplicationGroupId": group.replication_group_id,
        "ReplicationGroupLogDeliveryEnabled": bool(group.log_delivery_configurations),
        "SecurityGroups": [
            {"SecurityGroupId": one, "Status": "active"} for one in group.security_group_ids or []
        ],
        "SnapshotRetentionLimit": group.snapshot_retention_limit,
        "SnapshotWindow": group.snapshot_window,
        "TransitEncryptionEnabled": group.transit_encryption_enabled,
        "TransitEncryptionMode": group.transit_encryption_mode,
    }
    if group.notification_topic_arn:
        topic = {"TopicArn": group.notification_topic_arn, "TopicStatus": "active"}
        shared["NotificationConfiguration"] = topic
    prefix = group.arn.replace(":replicationgroup:", ":cluster:")
    prefix = prefix.removesuffix(group.replication_group_id)
    for node_group in group.node_groups:
        for member in node_group["node_group_members"]:
            name, zone = member["cache_cluster_id"], member["preferred_availability_zone"]
            node = {
                "CacheNodeCreateTime": group.replication_group_create_time,
                "CacheNodeId": "0001",
                "CacheNodeStatus": group.status,
                "CustomerAvailabilityZone": zone,
                "Endpoint": member.get("read_endpoint"),
                "ParameterGroupStatus": "in-sync",
            }
            yield shared | {
                "ARN": f"{prefix}{name}",
                "CacheClusterId": name,
                "CacheNodes": [node],
                "PreferredAvailabilityZone": zone,
            }


def a_replication_group_is_changed_in_all_that_it_has() -> None:
    """Not its description and size alone. Goes when moto's ModifyReplicationGroup does so."""

    @around(ElastiCacheResponse)
    def modify_replication_group(modify: Any, response: Any) -> Any:
        answer = modify(response)
        group, asked = answer.result["ReplicationGroup"], response._get_params()
        for attribute, argument in MODIFIED.items():
            if argument in asked:
                setattr(group, attribute, asked[argument])
        return answer


def a_replication_group_is_gone_once_deleted() -> None:
    """With its members. moto says `deleting` for ever; goes when that ends."""

    @around(ElastiCacheBackend)
    def delete_replication_group(delete: Any, backend: Any, *a: Any, **named: Any) -> Any:
        group = delete(backend, *a, **named)
        backend.replication_groups.pop(group.replication_group_id, None)
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        return group


def subnet_groups_are_changed_and_deleted() -> None:
    """Goes when moto has ModifyCacheSubnetGroup and DeleteCacheSubnetGroup."""
    add_to(ElastiCacheResponse, modify_cache_subnet_group)
    add_to(ElastiCacheResponse, delete_cache_subnet_group)


def modify_cache_subnet_group(response: Any) -> ActionResult:
    """Another description, or other subnets."""
    backend, asked = response.elasticache_backend, response._get_params()
    (group,) = backend.describe_cache_subnet_groups(asked["CacheSubnetGroupName"])
    made = type(group)(
        backend.account_id,
        backend.region_name,
        group.cache_subnet_group_name,
        asked.get("CacheSubnetGroupDescription", group.cache_subnet_group_description),
        asked.get("SubnetIds", group.subnet_ids),
        group.tags,
    )
    backend.cache_subnet_groups[group.cache_subnet_group_name] = made
    return ActionResult({"CacheSubnetGroup": made})


def delete_cache_subnet_group(response: Any) -> EmptyResult:
    """The group and its tags."""
    backend = response.elasticache_backend
    (group,) = backend.describe_cache_subnet_groups(response._get_param("CacheSubnetGroupName"))
    del backend.cache_subnet_groups[group.cache_subnet_group_name]
    backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()
