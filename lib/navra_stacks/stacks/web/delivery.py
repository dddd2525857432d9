"""ECR repositories, and the IAM role that a deployment pipeline assumes."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.delivery.ecr_repositories import ImageRepositories
from navra_stacks.constructs.delivery.github_role import DeployTargets, GitHubActionsRole
from navra_stacks.settings.environment import Environment

__all__ = ["DeployAccess", "Images"]


class Images:
    """The ECR repositories that the stack manages."""

    def __init__(
        self, scope: Construct, environment: Environment, *, env: EnvironmentContext
    ) -> None:
        settings = environment.registry
        self.repositories = (
            None
            if settings is None
            else ImageRepositories(
                scope,
                "registry",
                settings=settings,
                env=env,
                repositories=environment.own_repositories,
            )
        )
        """The ECR repositories; None if the stack manages none."""


class DeployAccess:
    """The IAM role that the deployment pipeline of the environment assumes."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        cluster: Cluster,
        roles: Sequence[TaskRoles],
    ) -> None:
        settings = environment.delivery
        self.role = (
            None
            if settings is None
            else GitHubActionsRole(
                scope,
                "delivery",
                settings=settings,
                env=env,
                targets=_deploy_targets(environment, env, cluster, roles),
            )
        )
        """The IAM role; None if the settings configure no pipeline."""


def _deploy_targets(
    environment: Environment,
    env: EnvironmentContext,
    cluster: Cluster,
    roles: Sequence[TaskRoles],
) -> DeployTargets:
    names, services = env.names, environment.services
    return DeployTargets(
        cluster=cluster,
        services=[names.service(service.name) for service in services],
        families=[
            *(names.family(service.name) for service in services),
            *(
                names.one_off_task(service.name, task.name)
                for service in services
                for task in service.one_off_tasks
            ),
        ],
        repository_arns=[
            env.location.arn("ecr", f"repository/{name}") for name in environment.own_repositories
        ],
        roles=roles,
        exec_enabled=environment.hardening.audited_exec,
    )
