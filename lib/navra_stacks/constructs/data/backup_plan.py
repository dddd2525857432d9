"""Backups of the database that outlive it."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.backup_plan import (
    BackupPlan,
    BackupPlanRule,
    BackupPlanRuleLifecycle,
)
from cdktf_cdktf_provider_aws.backup_selection import BackupSelection
from cdktf_cdktf_provider_aws.backup_vault import BackupVault
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.naming import Names
from navra_stacks.settings.data.backup_plan import Backups as BackupSettings

__all__ = ["Backups"]

START_WINDOW_MINUTES = 60
COMPLETION_WINDOW_MINUTES = 360


class Backups(Construct):
    """An AWS Backup vault, and a plan that puts a snapshot of one database into it every day.

    The plan takes no continuous backups: RDS itself restores to any second within its own
    retention, and AWS Backup would take that setting away from the database's resource. The role
    may restore too, so that nobody has to make one in an emergency.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: BackupSettings,
        names: Names,
        database_arn: str,
        protected: bool,
        kms_key_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        vault = addressed(
            BackupVault(
                self,
                "vault",
                name=names.backups,
                kms_key_arn=kms_key_arn,
                force_destroy=not protected,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # Its key is for ever: another would replace it, and every backup in it.
                    ignore_changes=["kms_key_arn"],
                ),
            ),
            "backups",
        )
        plan = addressed(
            BackupPlan(
                self,
                "plan",
                name=names.backups,
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
        role, permissions = self._role(names)
        addressed(
            BackupSelection(
                self,
                "selection",
                name="database",
                plan_id=plan.id,
                iam_role_arn=role.arn,
                resources=[database_arn],
                depends_on=permissions,
            ),
            "backups",
        )
        self.vault_arn: str = vault.arn
        self.vault_name: str = vault.name

    def _role(self, names: Names) -> tuple[IamRole, list[IamRolePolicyAttachment]]:
        trust = policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "backup.amazonaws.com"},
                # No condition: AWS documents none for this service, and one that it does not
                # fulfil would stop the backups silently. A role is passed in its account only.
                "Action": "sts:AssumeRole",
            }
        )
        role = addressed(
            IamRole(self, "role", name=names.backups, assume_role_policy=trust),
            "backups_role",
        )
        # AWS's own policies (AWS Backup Developer Guide, "Managed policies for AWS Backup").
        permissions = [
            addressed(
                IamRolePolicyAttachment(
                    self,
                    f"{what}_permission",
                    role=role.name,
                    policy_arn=f"arn:aws:iam::aws:policy/service-role/{policy}",
                ),
                f"backups_{what}",
            )
            for what, policy in (
                ("backup", "AWSBackupServiceRolePolicyForBackup"),
                ("restore", "AWSBackupServiceRolePolicyForRestores"),
            )
        ]
        return role, permissions
