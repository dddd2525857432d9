"""The IAM role with which GitHub Actions deploys an environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cdktf import TerraformVariable, TerraformVariableValidationConfig
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.naming import Names
from navra_stacks.settings.delivery.github import GitHubDeployRole

__all__ = ["Deliverable", "Delivery"]

ISSUER = "token.actions.githubusercontent.com"


class Deliverable(NamedTuple):
    """What the role may change, all of it of one environment."""

    cluster_arn: str
    services: Sequence[str]
    families: Sequence[str]
    repository_arns: Sequence[str]
    role_arns: Sequence[str]


class Delivery(Construct):
    """Trusts one branch or one GitHub environment of one repository, by name, without wildcards.

    The role pushes the environment's images, registers revisions of its task definitions, updates
    its services, runs its one-off tasks, and passes its tasks' roles to ECS and to nothing else.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: GitHubDeployRole,
        names: Names,
        location: Location,
        deliverable: Deliverable,
    ) -> None:
        super().__init__(scope, id_)
        role = addressed(
            IamRole(
                self,
                "role",
                name=names.deploy_role,
                max_session_duration=3600,
                assume_role_policy=policy(
                    {
                        "Effect": "Allow",
                        "Principal": {"Federated": self._provider(settings, location)},
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Condition": {
                            "StringEquals": {
                                f"{ISSUER}:aud": "sts.amazonaws.com",
                                f"{ISSUER}:sub": settings.subject(
                                    settings.repository or self._asked_repository()
                                ),
                            }
                        },
                    }
                ),
            ),
            "deploy_role",
        )
        addressed(
            IamRolePolicy(
                self,
                "policy",
                name="deploy",
                role=role.name,
                policy=policy(*_statements(names, location, deliverable)),
            ),
            "deploy_policy",
        )
        self.role_arn: str = role.arn

    def _asked_repository(self) -> str:
        variable = addressed(
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

    def _provider(self, settings: GitHubDeployRole, location: Location) -> str:
        if not settings.creates_provider:
            return f"arn:aws:iam::{location.account}:oidc-provider/{ISSUER}"
        provider = addressed(
            IamOpenidConnectProvider(
                self,
                "provider",
                url=f"https://{ISSUER}",
                client_id_list=["sts.amazonaws.com"],
            ),
            "github_oidc_provider",
        )
        return str(provider.arn)


def _statements(
    names: Names, location: Location, deliverable: Deliverable
) -> list[dict[str, object]]:
    revisions = [location.arn("ecs", f"task-definition/{one}:*") for one in deliverable.families]
    in_cluster = {"ArnEquals": {"ecs:cluster": deliverable.cluster_arn}}
    statements: list[dict[str, object]] = [
        {
            "Effect": "Allow",
            "Action": "ecs:RegisterTaskDefinition",
            "Resource": revisions,
        },
        # Reads any task definition or none (Service Authorization Reference, Amazon ECS).
        {"Effect": "Allow", "Action": "ecs:DescribeTaskDefinition", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "ecs:DescribeServiceDeployments",
                "ecs:DescribeServices",
                "ecs:ListServiceDeployments",
                "ecs:UpdateService",
            ],
            "Resource": [
                *(
                    location.arn("ecs", f"service/{names.cluster}/{one}")
                    for one in deliverable.services
                ),
                *(
                    location.arn("ecs", f"service-deployment/{names.cluster}/{one}/*")
                    for one in deliverable.services
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
            # A task that is started with the tags of its definition.
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
            "Resource": list(deliverable.role_arns),
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    ]
    if deliverable.repository_arns:
        statements += [
            # This action knows no resources (Service Authorization Reference, Amazon ECR).
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
                "Resource": list(deliverable.repository_arns),
            },
        ]
    return statements
