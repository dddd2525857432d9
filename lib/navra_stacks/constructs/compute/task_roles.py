"""The two IAM roles of a service's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.naming import Names, slug
from navra_stacks.settings.compute.iam_permission import IamPermission
from navra_stacks.settings.model.interpolation import literal

__all__ = ["TaskRoles"]


class TaskRoles(Construct):
    """The execution role, with which ECS starts a task, and the task role, which the code has.

    The execution role may pull the images, write to the log group and read the secrets that the
    task's containers inject, and nothing else. The task role starts out with no permission.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        names: Names,
        location: Location,
        repository_arns: Sequence[str],
        log_group_arn: str,
        secrets: Sequence[SecretHandle],
        permissions: Sequence[IamPermission] = (),
        telemetry: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._trust = policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                # Only for tasks of this account and Region (IAM, "The confused deputy problem").
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": location.account},
                    "ArnLike": {"aws:SourceArn": location.arn("ecs", "*")},
                },
            }
        )
        execution = self._role("execution", service, names.execution_role(service))
        task = self._role("task", service, names.task_role(service))
        self.execution_role_arn: str = execution.arn
        self.task_role_arn: str = task.arn
        self.task_role_name: str = task.name
        self.execution_policy = addressed(
            IamRolePolicy(
                self,
                "execution_policy",
                name="start-tasks",
                role=execution.name,
                policy=policy(
                    *_pull(repository_arns), _write_logs(log_group_arn), *_read_secrets(secrets)
                ),
            ),
            f"{slug(service)}_execution_policy",
        )
        self.policies: list[ITerraformDependable] = [self.execution_policy]
        """What tasks need from their first moment to their last."""
        allowed = [*_permitted(permissions), *(_send_telemetry(location) if telemetry else [])]
        if allowed:
            self.policies.append(
                addressed(
                    IamRolePolicy(
                        self,
                        "task_policy",
                        name="work",
                        role=task.name,
                        policy=policy(*allowed),
                    ),
                    f"{slug(service)}_task_policy",
                )
            )

    def _role(self, kind: str, service: str, name: str) -> IamRole:
        return addressed(
            IamRole(self, f"{kind}_role", name=name, assume_role_policy=self._trust),
            f"{slug(service)}_{kind}_role",
        )


def _pull(repository_arns: Sequence[str]) -> list[dict[str, Any]]:
    if not repository_arns:
        return []
    return [
        # This action knows no resources (Service Authorization Reference, Amazon ECR).
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            "Resource": sorted(set(repository_arns)),
        },
    ]


def _write_logs(log_group_arn: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{log_group_arn}:*",
    }


def _permitted(permissions: Sequence[IamPermission]) -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Action": list(permission.actions),
            "Resource": [literal(resource) for resource in permission.resources],
        }
        for permission in permissions
    ]


def _send_telemetry(location: Location) -> list[dict[str, Any]]:
    """What the collector's own configuration for ECS does (AWS Distro for OpenTelemetry, "IAM")."""
    metrics = location.arn("logs", "log-group:/aws/ecs/application/metrics")
    return [
        {
            # None of these knows a resource (Service Authorization Reference, AWS X-Ray).
            "Effect": "Allow",
            "Action": [
                "xray:GetSamplingRules",
                "xray:GetSamplingStatisticSummaries",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            "Resource": [metrics, f"{metrics}:*"],
        },
    ]


def _read_secrets(secrets: Sequence[SecretHandle]) -> list[dict[str, Any]]:
    if not secrets:
        return []
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": [secret.arn for secret in secrets],
        }
    ]
    keys = sorted({secret.kms_key_arn for secret in secrets if secret.kms_key_arn is not None})
    if keys:
        statements.append({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": keys})
    return statements
