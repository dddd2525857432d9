"""The IAM role that a GitHub Actions workflow assumes to deploy an environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cdktf import TerraformVariable, TerraformVariableValidationConfig
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.settings.delivery.github import ISSUER, GitHubDeployRole

__all__ = ["DeployTargets", "GitHubActionsRole"]


class DeployTargets(NamedTuple):
    """The resources of one environment that a deployment role may use."""

    cluster: Cluster

    services: Sequence[str]
    """The names of the ECS services."""

    families: Sequence[str]
    """The task definition families."""

    repository_arns: Sequence[str]
    """The ARNs of the ECR repositories that the deployment role may push to."""

    roles: Sequence[TaskRoles]
    """The task roles and execution roles that the deployment role may pass to ECS."""

    exec_enabled: bool
    """Whether the environment allows ECS Exec; if not, the deployment role must not turn it on."""


class GitHubActionsRole(Construct):
    """An IAM role for GitHub Actions workflows in one branch or one GitHub environment.

    The subject condition of the trust policy names the repository and the branch or GitHub
    environment, without wildcards. The role may push images, register task definition revisions,
    update the services, run the task definitions, tag and stop tasks of the cluster, and pass the
    roles of the tasks to ECS. The role has no other permissions except to read these resources.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: GitHubDeployRole,
        env: EnvironmentContext,
        targets: DeployTargets,
    ) -> None:
        super().__init__(scope, id_)
        role = with_logical_id(
            IamRole(
                self,
                "role",
                name=env.names.deploy_role,
                max_session_duration=3600,
                assume_role_policy=policy_document(
                    {
                        "Effect": "Allow",
                        "Principal": {"Federated": self._provider(settings, env.location)},
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Condition": {"StringEquals": self._claims(settings)},
                    }
                ),
            ),
            "deploy_role",
        )
        with_logical_id(
            IamRolePolicy(
                self,
                "policy",
                name="deploy",
                role=role.name,
                policy=policy_document(*_statements(env, targets)),
            ),
            "deploy_policy",
        )
        self.role_arn: str = role.arn

    def _claims(self, settings: GitHubDeployRole) -> dict[str, object]:
        subjects = settings.subjects(settings.repository or self._repository_variable())
        claims: dict[str, object] = {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": subjects[0] if len(subjects) == 1 else list(subjects),
        }
        if settings.repository_id is not None:
            # STS knows this claim, but not the owner's id, which is in the subject
            # (https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/).
            claims[f"{ISSUER}:repository_id"] = str(settings.repository_id)
        return claims

    def _repository_variable(self) -> str:
        variable = with_logical_id(
            TerraformVariable(
                self,
                "repository",
                type="string",
                nullable=False,
                description="The GitHub repository whose workflows may deploy: owner/name",
                validation=[
                    TerraformVariableValidationConfig(
                        condition=(
                            '${can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", '
                            "var.github_repository))}"
                        ),
                        error_message="A GitHub repository is written as owner/name.",
                    )
                ],
            ),
            "github_repository",
        )
        return str(variable.string_value)

    def _provider(self, settings: GitHubDeployRole, location: AccountRegion) -> str:
        if not settings.creates_provider:
            return f"arn:aws:iam::{location.account}:oidc-provider/{ISSUER}"
        provider = with_logical_id(
            IamOpenidConnectProvider(
                self,
                "provider",
                url=f"https://{ISSUER}",
                client_id_list=["sts.amazonaws.com"],
            ),
            "github_oidc_provider",
        )
        return str(provider.arn)


def _statements(env: EnvironmentContext, targets: DeployTargets) -> list[dict[str, object]]:
    names, location = env.names, env.location
    revisions = [location.arn("ecs", f"task-definition/{family}:*") for family in targets.families]
    in_cluster = {"ArnEquals": {"ecs:cluster": targets.cluster.arn}}
    statements: list[dict[str, object]] = [
        {
            "Effect": "Allow",
            "Action": "ecs:RegisterTaskDefinition",
            "Resource": revisions,
        },
        {
            # A pipeline gives a new revision the tags of the former.
            "Effect": "Allow",
            "Action": "ecs:TagResource",
            "Resource": revisions,
            "Condition": {"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
        },
        # No resource-level permissions (Service Authorization Reference, Amazon ECS).
        {"Effect": "Allow", "Action": "ecs:DescribeTaskDefinition", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "ecs:DescribeServiceDeployments",
                "ecs:DescribeServices",
                "ecs:ListServiceDeployments",
                "ecs:StopServiceDeployment",
                "ecs:UpdateService",
            ],
            "Resource": [
                *(
                    location.arn("ecs", f"service/{names.cluster}/{service}")
                    for service in targets.services
                ),
                *(
                    location.arn("ecs", f"service-deployment/{names.cluster}/{service}/*")
                    for service in targets.services
                ),
            ],
        },
        {
            "Effect": "Allow",
            "Action": "ecs:RunTask",
            "Resource": revisions,
            "Condition": in_cluster,
        },
        {
            # RunTask propagates the tags of the task definition.
            "Effect": "Allow",
            "Action": "ecs:TagResource",
            "Resource": location.arn("ecs", f"task/{names.cluster}/*"),
            "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        },
        {
            "Effect": "Allow",
            "Action": ["ecs:DescribeTasks", "ecs:StopTask"],
            "Resource": location.arn("ecs", f"task/{names.cluster}/*"),
        },
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": [
                arn
                for roles in targets.roles
                for arn in (roles.execution_role_arn, roles.task_role_arn)
            ],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    ]
    if not targets.exec_enabled:
        statements.append(
            {
                # Otherwise a workflow could open a shell in a task, with its secrets.
                "Effect": "Deny",
                "Action": ["ecs:RunTask", "ecs:UpdateService"],
                "Resource": "*",
                "Condition": {"Bool": {"ecs:enable-execute-command": "true"}},
            }
        )
    if targets.repository_arns:
        statements += [
            # No resource-level permissions (Service Authorization Reference, Amazon ECR).
            {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:DescribeImages",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                "Resource": list(targets.repository_arns),
            },
        ]
    return statements
