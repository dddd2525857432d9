"""The ElastiCache replication group of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

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
from navra_stacks.constructs.data.final_snapshot import final_snapshot_name
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.naming import Names, secret_logical_id
from navra_stacks.settings.data.cache import REDIS_PORT, Cache

__all__ = ["ReplicationGroup"]

DEFAULT_EVICTION = "volatile-lru"
"""The default of `maxmemory-policy` (Amazon ElastiCache User Guide, "Valkey and Redis OSS
parameters").
"""


class ReplicationGroup(Construct):
    """A Valkey or Redis replication group, encrypted at rest and in transit, and its URLs.

    The cache has no password, because provider 6.25 would store the password in the state. The
    security group of the cache accepts connections only from services that inject a URL. A URL
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
        secrets: Mapping[str, SecretHandle],
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
                user_group_ids=list(settings.user_group_ids) or None,
                parameter_group_name=self._parameters(settings, names).name,
                transit_encryption_enabled=True,
                transit_encryption_mode="required",
                at_rest_encryption_enabled="true",
                kms_key_id=env.kms_key_arn,
                snapshot_retention_limit=settings.snapshot_retention_days,
                snapshot_window=settings.snapshot_window,
                maintenance_window=settings.maintenance_window,
                final_snapshot_identifier=(
                    final_snapshot_name(self, data_store=names.cache, logical_id="cache")
                    if protected
                    else None
                ),
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Another key, or a version below the one to which AWS has upgraded, would
                    # replace the replication group and lose its data.
                    ignore_changes=[
                        *(() if settings.major_upgrade else ("engine_version",)),
                        "kms_key_id",
                    ],
                ),
            ),
            "cache",
        )
        self.arn: str = group.arn
        self.replication_group_id: str = group.replication_group_id
        server = f"rediss://{group.primary_endpoint_address}:{REDIS_PORT}"
        self.secret_values: dict[str, SecretsmanagerSecretVersion] = {}
        """The secret versions that store the URLs, by the name of the secret; services that inject
        the secret must depend on them.
        """

        for name, path in settings.urls.items():
            address = secret_logical_id(name)
            id_, logical_id = (
                ("url", "cache_url") if name == settings.url_secret else (address, address)
            )
            self.secret_values[name] = self._store_url(id_, logical_id, secrets[name], server, path)

    def _store_url(
        self, id_: str, logical_id: str, secret: SecretHandle, server: str, path: str
    ) -> SecretsmanagerSecretVersion:
        version = SecretsmanagerSecretVersion(
            self,
            id_,
            secret_id=secret.arn,
            secret_string_wo=f"{server}{path}",
            # Terraform cannot compare write-only values, but a change of this number stores the
            # value again. So the number follows from the part of the URL that the settings set.
            secret_string_wo_version=1 if path == "/0" else crc32(path.encode()),
        )
        # The endpoint is the other part that can change.
        version.add_override(
            "lifecycle.replace_triggered_by",
            ["aws_elasticache_replication_group.cache.primary_endpoint_address"],
        )
        return with_logical_id(version, logical_id)

    def _parameters(self, settings: Cache, names: Names) -> ElasticacheParameterGroup:
        family = settings.parameter_group_family
        return with_logical_id(
            ElasticacheParameterGroup(
                self,
                "parameter_group",
                name=names.parameter_group(family),
                family=family,
                description=f"Cache of {names.stack}",
                # A value that equals the default is omitted: the provider reads only the values
                # that users have set, and would plan to add it again and again.
                parameter=None
                if settings.eviction == DEFAULT_EVICTION
                else [
                    ElasticacheParameterGroupParameter(
                        name="maxmemory-policy", value=settings.eviction
                    )
                ],
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            ),
            "cache",
        )
