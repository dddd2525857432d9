"""The execution role and the task role of a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.compute.container_image import ContainerImage
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.errors import SettingsError
from navra_stacks.naming import slug
from navra_stacks.settings.compute.iam_permission import IamPermission
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.model.interpolation import escape_template
from navra_stacks.settings.validation.permissions import role_wildcard_problems
from navra_stacks.terraform.expressions import replace_expressions

__all__ = ["TaskRoles"]

_REFERENCE = "\0"
"""Stands for a reference in an ARN. It cannot occur in an ARN."""


class TaskRoles(Construct):
    """The execution role for ECS to start tasks, and the task role for the application code.

    The execution role may only pull the images, write to the log group, and read the secrets of the
    containers. The task role has the permissions in the settings, and the permissions that
    telemetry and ECS Exec require if they are on.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Service,
        env: EnvironmentContext,
        images: Sequence[ContainerImage],
        log_group: LogGroup,
        secrets: Mapping[str, SecretHandle],
    ) -> None:
        super().__init__(scope, id_)
        service = settings.name
        self._trust = policy_document(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                # Only for tasks of this account and Region (IAM, "The confused deputy problem").
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": env.location.account},
                    "ArnLike": {"aws:SourceArn": env.location.arn("ecs", "*")},
                },
            }
        )
        execution = self._role("execution", service, env.names.execution_role(service))
        task = self._role("task", service, env.names.task_role(service))
        self.execution_role_arn: str = execution.arn
        self.task_role_arn: str = task.arn
        self.task_role_name: str = task.name
        self.execution_policy = with_logical_id(
            IamRolePolicy(
                self,
                "execution_policy",
                name="start-tasks",
                role=execution.name,
                policy=policy_document(
                    *_pull([arn for image in images if (arn := image.repository_arn) is not None]),
                    _write_logs(log_group.arn),
                    *_read_secrets(
                        [secrets[name] for name in sorted(settings.injected_secrets)], env.location
                    ),
                ),
            ),
            f"{slug(service)}_execution_policy",
        )
        self.policies: list[ITerraformDependable] = [self.execution_policy]
        """The policies of both roles except the policy for ECS Exec, as dependencies of the
        service.
        """
        self._service = service
        account = env.location.account
        self._account = account if account.isdecimal() else "111122223333"
        self._own_roles = (env.names.stack, env.names.family(service))
        self._task_policy: IamRolePolicy | None = None
        self._task_statements = _permitted(settings.permissions)
        if settings.telemetry is not None:
            self._task_statements += _send_telemetry(env.location)
        if self._task_statements:
            self._create_task_policy()

    def grant(self, actions: Sequence[str], resources: Sequence[str]) -> list[ITerraformDependable]:
        """Allow the service's code some actions on resources of the stack.

        Args:
            actions: The IAM actions, as in `IamPermission.actions`.
            resources: The ARNs of the resources: attributes of constructs, or texts that contain
                one. With a name in the place of each reference, an ARN must be valid in
                `Service.permissions`.

        Returns:
            The policy, if it is new. The service has to depend on it.

        Raises:
            SettingsError: an action or an ARN is invalid.
        """
        if isinstance(actions, str) or isinstance(resources, str):
            raise TypeError("pass lists of actions and of resources, not a single text")
        permission = IamPermission(
            actions=tuple(actions), resources=tuple(map(self._without_references, resources))
        )
        problems = permission.problems() or tuple(
            role_wildcard_problems(permission, self._own_roles, self._account)
        )
        if problems:
            raise SettingsError(f"permissions of {self._service}", problems)
        self._task_statements.append(
            {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
        )
        if self._task_policy is not None:
            self._task_policy.policy = policy_document(*self._task_statements)
            return []
        return [self._create_task_policy()]

    def _without_references(self, resource: str) -> str:
        """Return an ARN with a value that the rules for permissions accept for each reference."""
        name = f"{self._own_roles[0]}-reference"
        text = replace_expressions(resource, lambda _: _REFERENCE)
        if text.startswith(_REFERENCE):
            whole = f"arn:aws:iam::{self._account}:role/{name}"
            return whole + text.removeprefix(_REFERENCE).replace(_REFERENCE, name)
        values = ("arn", "aws", "iam", "", self._account)
        return ":".join(
            part.replace(_REFERENCE, values[index] if index < len(values) else name)
            for index, part in enumerate(text.split(":", len(values)))
        )

    def _create_task_policy(self) -> IamRolePolicy:
        self._task_policy = with_logical_id(
            IamRolePolicy(
                self,
                "task_policy",
                name="work",
                role=self.task_role_name,
                policy=policy_document(*self._task_statements),
            ),
            f"{slug(self._service)}_task_policy",
        )
        self.policies.append(self._task_policy)
        return self._task_policy

    def _role(self, kind: str, service: str, name: str) -> IamRole:
        return with_logical_id(
            IamRole(self, f"{kind}_role", name=name, assume_role_policy=self._trust),
            f"{slug(service)}_{kind}_role",
        )


def _pull(repository_arns: Sequence[str]) -> list[dict[str, Any]]:
    if not repository_arns:
        return []
    return [
        # No resource-level permissions (Service Authorization Reference, Amazon ECR).
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
            "Resource": [escape_template(resource) for resource in permission.resources],
        }
        for permission in permissions
    ]


def _send_telemetry(location: AccountRegion) -> list[dict[str, Any]]:
    """Return the permissions of the OpenTelemetry collector.

    Source: AWS Distro for OpenTelemetry, "IAM".
    """
    metrics = location.arn("logs", "log-group:/aws/ecs/application/metrics")
    return [
        {
            # No resource-level permissions (Service Authorization Reference, AWS X-Ray).
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


def _read_secrets(secrets: Sequence[SecretHandle], location: AccountRegion) -> list[dict[str, Any]]:
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
        statements.append(
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": keys,
                # Only to read a secret, not to decrypt other data (AWS KMS, "kms:ViaService").
                "Condition": {
                    "StringEquals": {
                        "kms:ViaService": f"secretsmanager.{location.region}.amazonaws.com"
                    }
                },
            }
        )
    return statements
