"""The permissions of the deploy role: what the commands of a deployment call, and no more.

Which resources and condition keys an action supports is from the Service Authorization Reference.
A condition on a key that AWS does not send with an action never matches, so an Allow has only keys
that are listed for its action. A Deny may have others: without the key it has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.task_roles import TaskRoles

__all__ = ["DeployTargets", "deploy_statements"]

Statement = dict[str, object]

STARTS_TASKS = ("ecs:RunTask", "ecs:UpdateService")

WITHOUT_A_RESOURCE = (
    "ecs:DescribeTaskDefinition",
    "ecs:ListTaskDefinitions",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""Reading actions that have neither resource-level permissions nor condition keys."""


class DeployTargets(NamedTuple):
    """The resources of one environment that a deployment uses."""

    cluster: Cluster

    services: Sequence[str]
    """The names of the ECS services."""

    service_families: Sequence[str]
    """The task definition families of the services."""

    one_off_families: Sequence[str]
    """The task definition families of the one-off tasks."""

    repository_arns: Sequence[str]
    """The ARNs of the ECR repositories in which a deployment looks up images."""

    log_groups: Sequence[str]
    """The names of the services' log groups."""

    alarms: Sequence[str]
    """The names of the alarms that roll a deployment back."""

    roles: Sequence[TaskRoles]
    """The task roles and execution roles that the deploy role may pass to ECS."""

    exec_enabled: bool
    """Whether the environment allows ECS Exec; if not, the deploy role must not turn it on."""

    private_subnet_ids: Sequence[str]
    """The IDs of the subnets of the tasks; empty if the tasks have public IP addresses."""


def deploy_statements(env: EnvironmentContext, targets: DeployTargets) -> list[Statement]:
    """Return the statements of the deploy role's policy."""
    return [
        {"Effect": "Allow", "Action": list(WITHOUT_A_RESOURCE), "Resource": "*"},
        *_task_definitions(env, targets),
        *_services(env, targets),
        *_one_off_tasks(env, targets),
        *_tasks(env, targets),
        *_logs_and_alarms(env, targets),
        *_images(targets),
        *_denials(targets),
    ]


def _revisions(env: EnvironmentContext, families: Sequence[str]) -> list[str]:
    return [env.location.arn("ecs", f"task-definition/{family}:*") for family in families]


def _task_definitions(env: EnvironmentContext, targets: DeployTargets) -> list[Statement]:
    revisions = _revisions(env, (*targets.service_families, *targets.one_off_families))
    return [
        {"Effect": "Allow", "Action": "ecs:RegisterTaskDefinition", "Resource": revisions},
        {
            # A deployment gives a new revision the tags of Terraform's revision, and its own.
            "Effect": "Allow",
            "Action": "ecs:TagResource",
            "Resource": revisions,
            "Condition": {"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
        },
        {
            # Of a new revision, and of a task that overrides a role of its definition.
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


def _services(env: EnvironmentContext, targets: DeployTargets) -> list[Statement]:
    location, cluster = env.location, env.names.cluster
    services = [location.arn("ecs", f"service/{cluster}/{name}") for name in targets.services]

    def parts(kind: str) -> list[str]:
        return [location.arn("ecs", f"{kind}/{cluster}/{name}/*") for name in targets.services]

    return [
        {
            # Without a task definition in the request, the key is absent and the update denied.
            "Effect": "Allow",
            "Action": "ecs:UpdateService",
            "Resource": services,
            "Condition": {
                "ArnLike": {"ecs:task-definition": _revisions(env, targets.service_families)}
            },
        },
        {
            # All but the first one and the last one are evaluated for the service and for its
            # deployment or revision.
            "Effect": "Allow",
            "Action": [
                "ecs:DescribeServices",
                "ecs:DescribeServiceDeployments",
                "ecs:DescribeServiceRevisions",
                "ecs:StopServiceDeployment",
                "ecs:ListServiceDeployments",
            ],
            "Resource": [*services, *parts("service-deployment"), *parts("service-revision")],
        },
    ]


def _one_off_tasks(env: EnvironmentContext, targets: DeployTargets) -> list[Statement]:
    if not targets.one_off_families:
        return []
    return [
        {
            "Effect": "Allow",
            "Action": "ecs:RunTask",
            "Resource": _revisions(env, targets.one_off_families),
            "Condition": {"ArnEquals": {"ecs:cluster": targets.cluster.arn}},
        },
        {
            # The command in the output of a one-off task propagates the tags of its definition.
            "Effect": "Allow",
            "Action": "ecs:TagResource",
            "Resource": env.location.arn("ecs", f"task/{env.names.cluster}/*"),
            "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        },
    ]


def _tasks(env: EnvironmentContext, targets: DeployTargets) -> list[Statement]:
    return [
        {
            "Effect": "Allow",
            "Action": "ecs:DescribeTasks",
            "Resource": env.location.arn("ecs", f"task/{env.names.cluster}/*"),
        },
        {
            # The only resource type of this action is the container instance, which Fargate lacks.
            "Effect": "Allow",
            "Action": "ecs:ListTasks",
            "Resource": "*",
            "Condition": {"ArnEquals": {"ecs:cluster": targets.cluster.arn}},
        },
    ]


def _logs_and_alarms(env: EnvironmentContext, targets: DeployTargets) -> list[Statement]:
    statements: list[Statement] = [
        {
            # The ARN of the group, which ends in ":*", and of each of its streams.
            "Effect": "Allow",
            "Action": ["logs:FilterLogEvents", "logs:GetLogEvents"],
            "Resource": [
                env.location.arn("logs", f"log-group:{name}:*") for name in targets.log_groups
            ],
        }
    ]
    if targets.alarms:
        statements.append(
            {
                "Effect": "Allow",
                "Action": "cloudwatch:DescribeAlarms",
                "Resource": [
                    env.location.arn("cloudwatch", f"alarm:{name}") for name in targets.alarms
                ],
            }
        )
    return statements


def _images(targets: DeployTargets) -> list[Statement]:
    if not targets.repository_arns:
        return []
    return [
        {
            "Effect": "Allow",
            "Action": "ecr:BatchGetImage",
            "Resource": list(targets.repository_arns),
        }
    ]


def _denials(targets: DeployTargets) -> list[Statement]:
    conditions: list[dict[str, object]] = []
    if not targets.exec_enabled:
        # Otherwise a workflow could open a shell in a task, with its secrets.
        conditions.append({"StringEquals": {"ecs:enable-execute-command": "true"}})
    if targets.private_subnet_ids:
        conditions += [
            {"Bool": {"ecs:auto-assign-public-ip": "true"}},
            {"ForAnyValue:StringNotEquals": {"ecs:subnet": list(targets.private_subnet_ids)}},
        ]
    return [
        {
            "Effect": "Deny",
            "Action": list(STARTS_TASKS),
            "Resource": "*",
            "Condition": condition,
        }
        for condition in conditions
    ]
