"""Patches for ElastiCache replication groups and subnet groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.models import ElastiCacheBackend, ReplicationGroup
from moto.elasticache.responses import ElastiCacheResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = [
    "add_subnet_group_operations",
    "create_requested_members",
    "list_members_as_clusters",
    "remove_deleted_replication_groups",
    "store_modified_settings",
]

MODIFIABLE = {
    # Key: the attribute of moto's replication group. Value: ModifyReplicationGroup's argument.
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


def create_requested_members() -> None:
    """Make CreateReplicationGroup create the requested number of members, and use AWS's defaults.

    Remove this patch when moto's CreateReplicationGroup supports `NumCacheClusters` and has the
    defaults.
    """

    @around(ElastiCacheBackend)
    def create_replication_group(create: Any, backend: Any, **arguments: Any) -> ReplicationGroup:
        members = arguments["num_cache_clusters"]
        has_layout = arguments["num_node_groups"] or arguments["replicas_per_node_group"]
        if members and not has_layout:
            arguments["replicas_per_node_group"] = members - 1
        group: ReplicationGroup = create(backend, **arguments)
        if group.auto_minor_version_upgrade is None:
            group.auto_minor_version_upgrade = True
        if group.transit_encryption_enabled and group.transit_encryption_mode is None:
            group.transit_encryption_mode = "required"
        return group


def list_members_as_clusters() -> None:
    """Make DescribeCacheClusters also return the members of replication groups.

    Remove this patch when moto's DescribeCacheClusters returns the members.
    """

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
    """Yield a replication group's cache clusters in the format of DescribeCacheClusters."""
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
        # AWS returns the patch version too: 8.0.1 for a group that was created with 8.0.
        "EngineVersion": f"{version}.1" if version.count(".") == 1 else version,
        "IpDiscovery": group.ip_discovery,
        "LogDeliveryConfigurations": group.log_delivery_configurations,
        "NetworkType": group.network_type,
        "NumCacheNodes": 1,
        "PreferredMaintenanceWindow": group.preferred_maintenance_window,
        "ReplicationGroupId": group.replication_group_id,
        "ReplicationGroupLogDeliveryEnabled": bool(group.log_delivery_configurations),
        "SecurityGroups": [
            {"SecurityGroupId": id_, "Status": "active"} for id_ in group.security_group_ids or []
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


def store_modified_settings() -> None:
    """Make ModifyReplicationGroup store the settings that `MODIFIABLE` lists.

    moto stores only the description and the size. Remove this patch when moto stores the settings.
    """

    @around(ElastiCacheResponse)
    def modify_replication_group(modify: Any, response: Any) -> Any:
        result = modify(response)
        group, parameters = result.result["ReplicationGroup"], response._get_params()
        for attribute, argument in MODIFIABLE.items():
            if argument in parameters:
                setattr(group, attribute, parameters[argument])
        return result


def remove_deleted_replication_groups() -> None:
    """Make DeleteReplicationGroup remove the group and its members at once.

    Remove this patch when moto no longer lists deleted groups in the status ``deleting`` forever.
    """

    @around(ElastiCacheBackend)
    def delete_replication_group(delete: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        group = delete(backend, *arguments, **named)
        backend.replication_groups.pop(group.replication_group_id, None)
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        return group


def add_subnet_group_operations() -> None:
    """Add operations that change and delete a subnet group.

    Remove this patch when moto has ModifyCacheSubnetGroup and DeleteCacheSubnetGroup.
    """
    add_to(ElastiCacheResponse, modify_cache_subnet_group)
    add_to(ElastiCacheResponse, delete_cache_subnet_group)


def modify_cache_subnet_group(response: Any) -> ActionResult:
    """Change the description or the subnets of a subnet group."""
    backend, parameters = response.elasticache_backend, response._get_params()
    (group,) = backend.describe_cache_subnet_groups(parameters["CacheSubnetGroupName"])
    changed = type(group)(
        backend.account_id,
        backend.region_name,
        group.cache_subnet_group_name,
        parameters.get("CacheSubnetGroupDescription", group.cache_subnet_group_description),
        parameters.get("SubnetIds", group.subnet_ids),
        group.tags,
    )
    backend.cache_subnet_groups[group.cache_subnet_group_name] = changed
    return ActionResult({"CacheSubnetGroup": changed})


def delete_cache_subnet_group(response: Any) -> EmptyResult:
    """Delete a subnet group and its tags."""
    backend = response.elasticache_backend
    (group,) = backend.describe_cache_subnet_groups(response._get_param("CacheSubnetGroupName"))
    del backend.cache_subnet_groups[group.cache_subnet_group_name]
    backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()
