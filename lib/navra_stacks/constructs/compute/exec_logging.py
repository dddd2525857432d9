"""ECS Exec, with every session logged."""

from __future__ import annotations

from typing import NamedTuple

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.kms_key import EncryptionKey
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.naming import Names, slug

__all__ = ["AuditedExec", "ExecLogging"]


class ExecLogging(NamedTuple):
    """What the cluster is told about ECS Exec."""

    kms_key_arn: str
    log_group_name: str


class AuditedExec(Construct):
    """The log group and the key of ECS Exec sessions, and the permission to hold one.

    A session is encrypted with a key of its own, beside TLS, and what is typed and shown in it is
    kept in a log group that nothing else writes to.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        names: Names,
        location: Location,
        retention_days: int,
        deletion_window_days: int,
    ) -> None:
        super().__init__(scope, id_)
        self._key = EncryptionKey(
            self,
            "key",
            address="exec_key",
            alias=names.exec_key_alias,
            description=f"ECS Exec sessions of {names.stack}",
            location=location,
            deletion_window_days=deletion_window_days,
            used_by="logs",
        )
        self._group = addressed(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=names.exec_log_group,
                retention_in_days=retention_days,
                kms_key_id=self._key.arn,
            ),
            "exec_log_group",
        )
        self.logging = ExecLogging(kms_key_arn=self._key.arn, log_group_name=self._group.name)

    def permit(self, *, service: str, task_role_name: str) -> IamRolePolicy:
        """Let the tasks of a service hold sessions (ECS, "Monitor containers with ECS Exec")."""
        statements: list[dict[str, object]] = [
            {
                # Session Manager's channels have no ARN.
                "Effect": "Allow",
                "Action": [
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ],
                "Resource": "*",
            },
            # Lists all groups or none.
            {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": [
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:PutLogEvents",
                ],
                "Resource": f"{self._group.arn}:*",
            },
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": self._key.arn},
        ]
        return addressed(
            IamRolePolicy(
                self,
                f"{service}_policy",
                name="hold-exec-sessions",
                role=task_role_name,
                policy=policy(*statements),
            ),
            f"{slug(service)}_exec_policy",
        )
