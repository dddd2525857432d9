"""Encryption and logging of ECS Exec sessions."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.kms_key import CustomerManagedKey
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.naming import slug

__all__ = ["AuditedExec"]


class AuditedExec(Construct):
    """The KMS key and the log group of ECS Exec sessions, and the permission to open sessions.

    Sessions are encrypted with the KMS key in addition to TLS. The log group receives the input and
    output of every session and nothing else.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: EnvironmentContext,
    ) -> None:
        super().__init__(scope, id_)
        key = CustomerManagedKey(
            self,
            "key",
            logical_id="exec_key",
            alias=env.names.exec_key_alias,
            description=f"ECS Exec sessions of {env.names.stack}",
            location=env.location,
            deletion_window_days=env.key_deletion_window_days,
            used_by="logs",
        )
        self._group = with_logical_id(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=env.names.exec_log_group,
                retention_in_days=env.log_retention_days,
                kms_key_id=key.arn,
            ),
            "exec_log_group",
        )
        self.kms_key_arn: str = key.arn
        self.log_group_name: str = self._group.name

    def grant_sessions(self, *, service: str, roles: TaskRoles) -> IamRolePolicy:
        """Allow sessions in the tasks of a service.

        Source: ECS, "Monitor Amazon ECS containers with ECS Exec".
        """
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
            # No resource-level permissions.
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
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": self.kms_key_arn},
        ]
        return with_logical_id(
            IamRolePolicy(
                self,
                f"{service}_policy",
                name="hold-exec-sessions",
                role=roles.task_role_name,
                policy=policy_document(*statements),
            ),
            f"{slug(service)}_exec_policy",
        )
