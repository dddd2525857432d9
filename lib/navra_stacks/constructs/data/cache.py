"""The ElastiCache replication group of an environment."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.elasticache_parameter_group import (
    ElasticacheParameterGroup,
    ElasticacheParameterGroupParameter,
)
from cdktf_cdktf_provider_aws.elasticache_replication_group import ElasticacheReplicationGroup
from cdktf_cdktf_provider_aws.elasticache_subnet_group import ElasticacheSubnetGroup
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.naming import Names
from navra_stacks.settings.data.cache import REDIS_PORT, Cache

__all__ = ["ReplicationGroup"]


class ReplicationGroup(Construct):
    """A Valkey or Redis replication group, encrypted at rest and in transit, and its URL.

    The cache has no password, because provider 6.25 would store the password in the state. The
    security group of the cache accepts connections only from services that inject the URL. The URL
    contains no credential; it is stored in a secret so that services read the URL of every cache in
    the same way.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Cache,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        security_group: Peer,
        url_secret: SecretHandle,
        protected: bool,
    ) -> None:
        super().__init__(scope, id_)
        names = env.names
        subnet_group = with_logical_id(
            ElasticacheSubnetGroup(
                self,
                "subnet_group",
                name=names.cache,
                description=f"Where the cache of {names.stack} lies",
                subnet_ids=vpc.isolated_subnet_ids,
            ),
            "cache",
        )
        group = with_logical_id(
            ElasticacheReplicationGroup(
                self,
                "replication_group",
                replication_group_id=names.cache,
                description=f"Cache of {names.stack}",
                engine=settings.engine,
                engine_version=settings.engine_version,
                # The provider's schema has a string here.
                auto_minor_version_upgrade="true",
                apply_immediately=settings.major_upgrade,
                node_type=settings.node_type,
                num_cache_clusters=settings.nodes,
                automatic_failover_enabled=settings.automatic_failover,
                multi_az_enabled=settings.multi_az,
                port=REDIS_PORT,
                subnet_group_name=subnet_group.name,
                security_group_ids=[security_group.group_id],
                parameter_group_name=self._parameters(settings, names).name,
                transit_encryption_enabled=True,
                transit_encryption_mode="required",
                at_rest_encryption_enabled="true",
                kms_key_id=env.kms_key_arn,
                snapshot_retention_limit=settings.snapshot_retention_days,
                snapshot_window=settings.snapshot_window,
                maintenance_window=settings.maintenance_window,
                final_snapshot_identifier=f"{names.cache}-final" if protected else None,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Another key would replace the replication group and lose its data.
                    ignore_changes=["kms_key_id"],
                ),
            ),
            "cache",
        )
        self.arn: str = group.arn
        self.replication_group_id: str = group.replication_group_id
        version = SecretsmanagerSecretVersion(
            self,
            "url",
            secret_id=url_secret.arn,
            secret_string_wo=f"rediss://{group.primary_endpoint_address}:{REDIS_PORT}/0",
            secret_string_wo_version=1,
        )
        # Terraform cannot compare write-only values. Only the endpoint in this value can change.
        version.add_override(
            "lifecycle.replace_triggered_by",
            ["aws_elasticache_replication_group.cache.primary_endpoint_address"],
        )
        self.url = with_logical_id(version, "cache_url")
        """The secret version that stores the URL; services that inject the URL must depend on
        it.
        """

    def _parameters(self, settings: Cache, names: Names) -> ElasticacheParameterGroup:
        family = settings.parameter_group_family
        return with_logical_id(
            ElasticacheParameterGroup(
                self,
                "parameter_group",
                name=names.parameter_group(family),
                family=family,
                description=f"Cache of {names.stack}",
                parameter=[
                    ElasticacheParameterGroupParameter(
                        name="maxmemory-policy", value=settings.eviction
                    )
                ],
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            ),
            "cache",
        )
