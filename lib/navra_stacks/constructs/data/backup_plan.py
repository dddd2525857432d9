"""The AWS Backup vault and plan of the database."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.backup_plan import (
    BackupPlan,
    BackupPlanRule,
    BackupPlanRuleLifecycle,
)
from cdktf_cdktf_provider_aws.backup_selection import BackupSelection
from cdktf_cdktf_provider_aws.backup_vault import BackupVault
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.settings.data.backup_plan import Backups

__all__ = ["DatabaseBackups"]

START_WINDOW_MINUTES = 60
COMPLETION_WINDOW_MINUTES = 360


class DatabaseBackups(Construct):
    """A backup vault, and a backup plan that takes a daily snapshot of one database.

    The plan has no continuous backups: RDS itself restores to any second within the retention of
    its automated backups, and continuous backups of AWS Backup would override that retention. The
    role of the plan may back up this database only, and may not restore: RDS restores a snapshot
    with the permissions of the person who restores it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Backups,
        env: EnvironmentContext,
        database_arn: str,
        protected: bool,
    ) -> None:
        super().__init__(scope, id_)
        vault = with_logical_id(
            BackupVault(
                self,
                "vault",
                name=env.names.backups,
                kms_key_arn=env.kms_key_arn,
                force_destroy=not protected,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Another key would replace the vault and delete every backup in it.
                    ignore_changes=["kms_key_arn"],
                ),
            ),
            "backups",
        )
        plan = with_logical_id(
            BackupPlan(
                self,
                "plan",
                name=env.names.backups,
                rule=[
                    BackupPlanRule(
                        rule_name="daily",
                        target_vault_name=vault.name,
                        schedule=f"cron(0 {settings.start_hour_utc} * * ? *)",
                        start_window=START_WINDOW_MINUTES,
                        completion_window=COMPLETION_WINDOW_MINUTES,
                        lifecycle=BackupPlanRuleLifecycle(delete_after=settings.retention_days),
                    )
                ],
            ),
            "backups",
        )
        role, policy = self._role(env, database_arn=database_arn, vault_arn=vault.arn)
        with_logical_id(
            BackupSelection(
                self,
                "selection",
                name="database",
                plan_id=plan.id,
                iam_role_arn=role.arn,
                resources=[database_arn],
                depends_on=[policy],
            ),
            "backups",
        )
        self.vault_arn: str = vault.arn
        self.vault_name: str = vault.name

    def _role(
        self, env: EnvironmentContext, *, database_arn: str, vault_arn: str
    ) -> tuple[IamRole, IamRolePolicy]:
        trust = policy_document(
            {
                "Effect": "Allow",
                "Principal": {"Service": "backup.amazonaws.com"},
                # No condition: AWS documents none for this service, and a condition that is not met
                # would silently stop the backups. A role can be passed within its account only.
                "Action": "sts:AssumeRole",
            }
        )
        role = with_logical_id(
            IamRole(self, "role", name=env.names.backups, assume_role_policy=trust),
            "backups_role",
        )
        policy = with_logical_id(
            IamRolePolicy(
                self,
                "policy",
                name="back-up-database",
                role=role.name,
                policy=policy_document(
                    *_backup_statements(
                        env.location, database_arn=database_arn, vault_arn=vault_arn
                    )
                ),
            ),
            "backups_policy",
        )
        return role, policy


def _backup_statements(
    location: AccountRegion, *, database_arn: str, vault_arn: str
) -> list[dict[str, Any]]:
    """Return the statements of AWS's policy for backups, limited to one RDS instance.

    Source: AWSBackupServiceRolePolicyForBackup; AWS Backup Developer Guide, "Managed policies for
    AWS Backup", whose section on customer managed policies lists the statements for RDS.
    """
    snapshots = location.arn("rds", "snapshot:awsbackup:*")
    return [
        {
            "Effect": "Allow",
            "Action": [
                "rds:AddTagsToResource",
                "rds:CopyDBSnapshot",
                "rds:CreateDBSnapshot",
                "rds:ListTagsForResource",
            ],
            "Resource": [database_arn, snapshots],
        },
        {
            "Effect": "Allow",
            "Action": ["rds:DeleteDBSnapshot", "rds:ModifyDBSnapshotAttribute"],
            "Resource": snapshots,
        },
        {
            # Lists, which have no narrower resource.
            "Effect": "Allow",
            "Action": ["rds:DescribeDBInstances", "rds:DescribeDBSnapshots"],
            "Resource": [location.arn("rds", "db:*"), location.arn("rds", "snapshot:*")],
        },
        {
            "Effect": "Allow",
            "Action": ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
            "Resource": vault_arn,
        },
        # No resource-level permissions (Service Authorization Reference, Resource Group Tagging).
        {"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "kms:DescribeKey",
            "Resource": location.arn("kms", "key/*"),
        },
        {
            "Effect": "Allow",
            "Action": "kms:CreateGrant",
            "Resource": location.arn("kms", "key/*"),
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
