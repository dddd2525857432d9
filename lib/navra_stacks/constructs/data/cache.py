"""The Valkey or Redis cache of an environment."""

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

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.naming import Names
from navra_stacks.settings.data.cache import REDIS_PORT, Cache as CacheSettings

__all__ = ["Cache"]


class Cache(Construct):
    """A replication group, encrypted on disk and on the way, and the secret with its URL.

    It has no password: provider 6.25 would keep one in the state. Its security group lets in only
    the services that inject the URL. The URL holds no secret, but goes the way of one, so that an
    application is configured in the same way wherever its cache comes from.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: CacheSettings,
        names: Names,
        subnet_ids: list[str],
        security_group_id: str,
        url_secret: SecretHandle,
        protected: bool,
        kms_key_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        subnet_group = addressed(
            ElasticacheSubnetGroup(
                self,
                "subnet_group",
                name=names.cache,
                description=f"Where the cache of {names.stack} lies",
                subnet_ids=subnet_ids,
            ),
            "cache",
        )
        group = addressed(
            ElasticacheReplicationGroup(
                self,
                "replication_group",
                replication_group_id=names.cache,
                description=f"Cache of {names.stack}",
                engine=settings.engine,
                engine_version=settings.engine_version,
                # Text in the provider's schema, unlike its neighbours.
                auto_minor_version_upgrade="true",
                apply_immediately=settings.major_upgrade,
                node_type=settings.node_type,
                num_cache_clusters=settings.nodes,
                automatic_failover_enabled=settings.automatic_failover,
                multi_az_enabled=settings.multi_az,
                port=REDIS_PORT,
                subnet_group_name=subnet_group.name,
                security_group_ids=[security_group_id],
                parameter_group_name=self._parameters(settings, names).name,
                transit_encryption_enabled=True,
                transit_encryption_mode="required",
                at_rest_encryption_enabled="true",
                kms_key_id=kms_key_arn,
                snapshot_retention_limit=settings.snapshot_retention_days,
                snapshot_window=settings.snapshot_window,
                maintenance_window=settings.maintenance_window,
                final_snapshot_identifier=f"{names.cache}-final" if protected else None,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Its key is for ever: another would replace it, and the data with it.
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
        # Terraform cannot see that a write-only value differs; only this part of it can change.
        version.add_override(
            "lifecycle.replace_triggered_by",
            ["aws_elasticache_replication_group.cache.primary_endpoint_address"],
        )
        self.url = addressed(version, "cache_url")
        """What fills the secret with the URL; a task that injects it starts after this."""

    def _parameters(self, settings: CacheSettings, names: Names) -> ElasticacheParameterGroup:
        family = settings.parameter_group_family
        return addressed(
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
