"""The PostgreSQL database of an environment."""

from __future__ import annotations

from collections.abc import Sequence

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

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.constructs.data.database_password import DatabasePassword
from navra_stacks.constructs.data.secrets import SecretHandle, recovery_window_days
from navra_stacks.naming import Names
from navra_stacks.settings.data.database import POSTGRES_PORT, Database as DatabaseSettings

__all__ = ["Database"]

LOGS = ("postgresql", "upgrade")
"""The logs that RDS for PostgreSQL can export."""

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
"""Which authority signs the server's certificate; it lasts until 2061."""


class Database(Construct):
    """PostgreSQL on RDS, private and encrypted, and the secret that its URL is put into.

    Its log groups are made first: RDS would make them itself, and keep them for ever. Whether the
    instance is protected is decided outside, since more than its own settings may ask for it; a
    protected one leaves a last snapshot and its automated backups behind whatever happens.

    A new customer-managed key replaces the instance, as AWS cannot encrypt a disk anew.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DatabaseSettings,
        names: Names,
        location: Location,
        subnet_ids: list[str],
        security_group_id: str,
        url_secret: SecretHandle,
        log_retention_days: int,
        protected: bool,
        kms_key_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._names = names
        self._kms_key_arn = kms_key_arn
        password = DatabasePassword(
            self,
            "password",
            name=names.database_password,
            version=settings.password_version,
            recovery_window_days=recovery_window_days(protected=protected),
            kms_key_arn=kms_key_arn,
        )
        needed: list[ITerraformDependable] = [*self._log_groups(log_retention_days)]
        monitoring_role_arn = None
        if settings.monitoring_interval_seconds > 0:
            monitoring_role_arn, permission = self._monitoring(location)
            needed.append(permission)
        subnet_group = addressed(
            DbSubnetGroup(
                self,
                "subnet_group",
                name=names.database,
                description=f"Where the database of {names.stack} lies",
                subnet_ids=subnet_ids,
            ),
            "database",
        )
        parameter_group = self._parameters(protected=protected)
        instance = addressed(
            DbInstance(
                self,
                "instance",
                identifier=names.database,
                engine="postgres",
                engine_version=settings.engine_version,
                auto_minor_version_upgrade=True,
                allow_major_version_upgrade=settings.major_upgrade,
                apply_immediately=settings.major_upgrade,
                instance_class=settings.instance_class,
                storage_type="gp3",
                allocated_storage=settings.storage_gib,
                max_allocated_storage=settings.maximum_storage_gib,
                storage_encrypted=True,
                kms_key_id=kms_key_arn,
                db_name=settings.name,
                username=settings.username,
                password_wo=password.value,
                password_wo_version=password.version,
                iam_database_authentication_enabled=True,
                port=POSTGRES_PORT,
                db_subnet_group_name=subnet_group.name,
                vpc_security_group_ids=[security_group_id],
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
                skip_final_snapshot=not (protected or settings.final_snapshot),
                final_snapshot_identifier=(
                    f"{names.database}-final" if protected or settings.final_snapshot else None
                ),
                enabled_cloudwatch_logs_exports=list(LOGS),
                monitoring_interval=settings.monitoring_interval_seconds,
                monitoring_role_arn=monitoring_role_arn,
                **self._insights(),
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Its key is for ever: another would replace it, and the data with it.
                    ignore_changes=["kms_key_id", "performance_insights_kms_key_id"],
                ),
                depends_on=needed,
            ),
            "database",
        )
        self.arn: str = instance.arn
        self.identifier: str = instance.identifier
        self.url = self._fill(url_secret, str(instance.address), password)
        """What fills the secret with the URL; a task that injects it starts after this."""

    def _log_groups(self, retention_days: int) -> Sequence[CloudwatchLogGroup]:
        return [
            addressed(
                CloudwatchLogGroup(
                    self,
                    f"{log}_log_group",
                    name=self._names.database_log_group(log),
                    retention_in_days=retention_days,
                    kms_key_id=self._kms_key_arn,
                ),
                f"database_{log}_log_group",
            )
            for log in LOGS
        ]

    def _monitoring(self, location: Location) -> tuple[str, IamRolePolicyAttachment]:
        """The role with which RDS tells the operating system's metrics."""
        trust = policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "monitoring.rds.amazonaws.com"},
                "Action": "sts:AssumeRole",
                # RDS User Guide, "Setting up and enabling Enhanced Monitoring".
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": location.account},
                    "StringLike": {
                        "aws:SourceArn": location.arn("rds", f"db:{self._names.database}")
                    },
                },
            }
        )
        role = addressed(
            IamRole(
                self,
                "monitoring_role",
                name=self._names.database_monitoring_role,
                assume_role_policy=trust,
            ),
            "database_monitoring_role",
        )
        permission = addressed(
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
        return addressed(
            DbParameterGroup(
                self,
                "parameter_group",
                name=self._names.parameter_group(family),
                family=family,
                description=f"Database of {self._names.stack}",
                # Statements are not logged: they hold data, and passwords where roles are made.
                parameter=[
                    DbParameterGroupParameter(
                        name="rds.force_ssl",
                        value="1",
                        # Static in some families, where RDS refuses it at once.
                        apply_method="pending-reboot",
                    )
                ],
                # The old family's is left where an upgrade still hangs, or is to be undone.
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
            "performance_insights_kms_key_id": self._kms_key_arn,
        }

    def _fill(
        self, secret: SecretHandle, host: str, password: DatabasePassword
    ) -> SecretsmanagerSecretVersion:
        """Put the URL into its secret, anew whenever the password or another part of it changes."""
        settings = self._settings
        end = f"{host}:{POSTGRES_PORT}/{settings.name}{settings.query}"
        # Terraform cannot see that a write-only value differs: this holds the rest of it.
        # CDKTF's own `DataResource` would ask a `terraform` on the PATH for its version.
        parts = TerraformResource(self, "url_parts", terraform_resource_type="terraform_data")
        for name, part in {
            "scheme": settings.url_scheme,
            "username": settings.username,
            "end": end,
        }.items():
            parts.add_override(f"input.{name}", part)
        addressed(parts, "database_url")
        version = SecretsmanagerSecretVersion(
            self,
            "url",
            secret_id=secret.arn,
            secret_string_wo=(
                f"{settings.url_scheme}://{settings.username}:{password.in_url}@{end}"
            ),
            secret_string_wo_version=password.version,
        )
        version.add_override("lifecycle.replace_triggered_by", ["terraform_data.database_url"])
        return addressed(version, "database_url")
