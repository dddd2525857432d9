"""The RDS for PostgreSQL database of an environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable, TerraformResource, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_parameter_group import (
    DbParameterGroup,
    DbParameterGroupParameter,
)
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.data.database_password import DatabasePassword
from navra_stacks.constructs.data.final_snapshot import final_snapshot_name
from navra_stacks.constructs.data.secrets import SecretHandle, recovery_window_days
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.naming import secret_logical_id
from navra_stacks.settings.data.database import POSTGRES_PORT, Database

__all__ = ["RdsDatabase"]

LOGS = ("postgresql", "upgrade")
"""The logs that RDS for PostgreSQL exports to CloudWatch Logs."""

EXTENDED_SUPPORT = {
    True: "open-source-rds-extended-support",
    False: "open-source-rds-extended-support-disabled",
}
"""The values of `EngineLifecycleSupport` (RDS API, CreateDBInstance)."""

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
"""The certificate authority that signs the server certificate; it expires in 2061."""


class RdsDatabase(Construct):
    """A private, encrypted PostgreSQL instance on RDS, and the values of its secrets.

    The log groups are created before the instance, because RDS would create them without a
    retention. A deletion of the instance leaves a final snapshot if `protected` or
    `settings.final_snapshot` is True, and leaves the automated backups if `protected` is True.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Database,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        security_group: Peer,
        secrets: Mapping[str, SecretHandle],
        protected: bool,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._env = env
        names = env.names
        password = DatabasePassword(
            self,
            "password",
            name=names.database_password,
            version=settings.password_version,
            recovery_window_days=recovery_window_days(protected=protected),
            kms_key_arn=env.kms_key_arn,
        )
        depends_on: list[ITerraformDependable] = [*self._log_groups()]
        monitoring_role_arn = None
        if settings.monitoring_interval_seconds > 0:
            monitoring_role_arn, permission = self._monitoring()
            depends_on.append(permission)
        subnet_group = with_logical_id(
            DbSubnetGroup(
                self,
                "subnet_group",
                name=names.database,
                description=f"Where the database of {names.stack} lies",
                subnet_ids=vpc.isolated_subnet_ids,
            ),
            "database",
        )
        parameter_group = self._parameters(protected=protected)
        final_snapshot = None
        if protected or settings.final_snapshot:
            final_snapshot = final_snapshot_name(
                self,
                data_store=names.database,
                logical_id="database",
                replaced_with=[settings.name, settings.username],
            )
        instance = with_logical_id(
            DbInstance(
                self,
                "instance",
                identifier=names.database,
                engine="postgres",
                engine_version=settings.engine_version,
                engine_lifecycle_support=EXTENDED_SUPPORT[settings.extended_support],
                auto_minor_version_upgrade=True,
                allow_major_version_upgrade=settings.major_upgrade,
                apply_immediately=settings.major_upgrade,
                instance_class=settings.instance_class,
                storage_type="gp3",
                allocated_storage=settings.storage_gib,
                max_allocated_storage=settings.maximum_storage_gib,
                storage_encrypted=True,
                kms_key_id=env.kms_key_arn,
                db_name=settings.name,
                username=settings.username,
                password_wo=password.value,
                password_wo_version=password.version,
                iam_database_authentication_enabled=True,
                port=POSTGRES_PORT,
                db_subnet_group_name=subnet_group.name,
                vpc_security_group_ids=[security_group.group_id],
                publicly_accessible=False,
                ca_cert_identifier=CERTIFICATE_AUTHORITY,
                parameter_group_name=parameter_group.name,
                multi_az=settings.multi_az,
                backup_retention_period=settings.backup_retention_days,
                backup_window=settings.backup_window,
                maintenance_window=settings.maintenance_window,
                copy_tags_to_snapshot=True,
                delete_automated_backups=not protected,
                deletion_protection=protected,
                skip_final_snapshot=final_snapshot is None,
                final_snapshot_identifier=final_snapshot,
                enabled_cloudwatch_logs_exports=list(LOGS),
                monitoring_interval=settings.monitoring_interval_seconds,
                monitoring_role_arn=monitoring_role_arn,
                **self._insights(),
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Another key would replace the instance and lose its data. The lifecycle is
                    # set when an instance is created; later, plans would always change it.
                    ignore_changes=[
                        "engine_lifecycle_support",
                        "kms_key_id",
                        "performance_insights_kms_key_id",
                    ],
                ),
                depends_on=depends_on,
            ),
            "database",
        )
        self.arn: str = instance.arn
        self.identifier: str = instance.identifier
        self.variables = self._variables(str(instance.address))
        """The environment variables of a container that injects a secret, by the secret's name."""

        self.secret_values = {
            name: self._store_url(name, secrets[name], str(instance.address), password)
            for name in settings.urls
        }
        """The secret versions that store the URLs and the password, by the name of the secret;
        services that inject the secret must depend on them.
        """
        if settings.parts is not None:
            secret = settings.parts.password
            address = secret_logical_id(secret)
            self.secret_values[secret] = self._store(
                address, address, secrets[secret], password.value, password.version
            )

    def _log_groups(self) -> Sequence[CloudwatchLogGroup]:
        return [
            with_logical_id(
                CloudwatchLogGroup(
                    self,
                    f"{log}_log_group",
                    name=self._env.names.database_log_group(log),
                    retention_in_days=self._env.log_retention_days,
                    kms_key_id=self._env.kms_key_arn,
                ),
                f"database_{log}_log_group",
            )
            for log in LOGS
        ]

    def _monitoring(self) -> tuple[str, IamRolePolicyAttachment]:
        """Create the IAM role with which RDS sends metrics for Enhanced Monitoring."""
        trust = policy_document(
            {
                "Effect": "Allow",
                "Principal": {"Service": "monitoring.rds.amazonaws.com"},
                "Action": "sts:AssumeRole",
                # RDS User Guide, "Setting up and enabling Enhanced Monitoring".
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": self._env.location.account},
                    # Also for an instance that is restored under a name that starts with the
                    # name of the database.
                    "StringLike": {
                        "aws:SourceArn": [
                            self._env.location.arn("rds", f"db:{self._env.names.database}{suffix}")
                            for suffix in ("", "-*")
                        ]
                    },
                },
            }
        )
        role = with_logical_id(
            IamRole(
                self,
                "monitoring_role",
                name=self._env.names.database_monitoring_role,
                assume_role_policy=trust,
            ),
            "database_monitoring_role",
        )
        permission = with_logical_id(
            IamRolePolicyAttachment(
                self,
                "monitoring_permission",
                role=role.name,
                policy_arn="arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
            ),
            "database_monitoring",
        )
        return role.arn, permission

    def _parameters(self, *, protected: bool) -> DbParameterGroup:
        family = f"postgres{self._settings.engine_version}"
        return with_logical_id(
            DbParameterGroup(
                self,
                "parameter_group",
                name=self._env.names.parameter_group(family),
                family=family,
                description=f"Database of {self._env.names.stack}",
                # Statement logging stays off: statements contain data, and passwords of new roles.
                # The value is the default from PostgreSQL 15 on. The provider keeps every parameter
                # of the document in the state, whatever its source (terraform-provider-aws #593).
                parameter=[
                    DbParameterGroupParameter(
                        name="rds.force_ssl",
                        value="1",
                        # In some families this parameter is static, and RDS refuses "immediate".
                        apply_method="pending-reboot",
                    )
                ],
                # The old family's group stays for an upgrade that is pending or is reverted.
                skip_destroy=True if protected else None,
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            ),
            "database",
        )

    def _insights(self) -> dict[str, object]:
        if not self._settings.performance_insights:
            return {"performance_insights_enabled": False}
        return {
            "performance_insights_enabled": True,
            "performance_insights_retention_period": 7,
            "performance_insights_kms_key_id": self._env.kms_key_arn,
        }

    def _variables(self, host: str) -> Mapping[str, Mapping[str, str]]:
        settings = self._settings
        if settings.parts is None:
            return {}
        values = {
            "host": host,
            "port": str(POSTGRES_PORT),
            "name": settings.name,
            "user": settings.username,
        }
        variables = {name: values[part] for part, name in settings.parts.variables.items()}
        return {settings.parts.password: variables}

    def _store_url(
        self, name: str, secret: SecretHandle, host: str, password: DatabasePassword
    ) -> SecretsmanagerSecretVersion:
        """Store a URL in its secret; a change of the password or another part stores it again."""
        settings = self._settings
        scheme, query = settings.urls[name]
        end = f"{host}:{POSTGRES_PORT}/{settings.name}{query}"
        id_, logical_id = "url", "database_url"
        if name != settings.url_secret:
            id_ = logical_id = secret_logical_id(name)
        # Terraform cannot compare write-only values, so this resource stores all parts of the URL
        # but the password. CDKTF's `DataResource` would run `terraform` to determine its version.
        parts = TerraformResource(self, f"{id_}_parts", terraform_resource_type="terraform_data")
        for part, value in {"scheme": scheme, "username": settings.username, "end": end}.items():
            parts.add_override(f"input.{part}", value)
        with_logical_id(parts, logical_id)
        version = self._store(
            id_,
            logical_id,
            secret,
            f"{scheme}://{settings.username}:{password.in_url}@{end}",
            password.version,
        )
        version.add_override("lifecycle.replace_triggered_by", [f"terraform_data.{logical_id}"])
        return version

    def _store(
        self, id_: str, logical_id: str, secret: SecretHandle, value: str, number: int
    ) -> SecretsmanagerSecretVersion:
        return with_logical_id(
            SecretsmanagerSecretVersion(
                self,
                id_,
                secret_id=secret.arn,
                secret_string_wo=value,
                secret_string_wo_version=number,
            ),
            logical_id,
        )
