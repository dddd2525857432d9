"""ECR repositories, and the IAM roles that the workflows of GitHub Actions assume."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.delivery.deploy_policy import DeployTargets, deploy_statements
from navra_stacks.constructs.delivery.ecr_repositories import ImageRepositories
from navra_stacks.constructs.delivery.github_role import GitHubActionsRole, GitHubIdentity
from navra_stacks.constructs.delivery.plan_policy import (
    PlanReads,
    StateAccess,
    plan_statements,
)
from navra_stacks.constructs.delivery.push_policy import push_statements
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.deploy.timing import timeout_seconds
from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.settings.compute.image import EcrImage
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import S3State
from navra_stacks.settings.validation.physical_names import physical_names
from navra_stacks.stacks.deployment_file import describe_deployment

__all__ = ["ONE_OFF_TASK_SECONDS", "DeployAccess", "Images", "session_seconds"]

HOUR = 3600

LONGEST_SESSION_HOURS = 12
"""IAM API, CreateRole, `MaxSessionDuration`."""

ONE_OFF_TASK_SECONDS = HOUR
"""The time that `navra deploy` waits for a one-off task."""


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
    """The IAM roles that the workflows of the environment assume: to deploy, to push, to plan."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        cluster: Cluster,
        roles: Sequence[TaskRoles],
    ) -> None:
        self.role: GitHubActionsRole | None = None
        """The deploy role; None if the settings configure no pipeline."""
        self.push_role: GitHubActionsRole | None = None
        """The role that pushes images; None if the settings list no workflows for it."""
        self.plan_role: GitHubActionsRole | None = None
        """The role for a read-only plan; None if the settings list no workflows for it."""
        settings = environment.delivery
        if settings is None:
            return
        identity = GitHubIdentity(scope, "delivery", settings=settings, location=env.location)
        targets = _deploy_targets(environment, env, cluster, roles, vpc)
        self.role = GitHubActionsRole(
            identity,
            "deploy",
            name=env.names.deploy_role,
            sources=[settings, *map(settings.source_of, settings.further_workflows)],
            statements=deploy_statements(env, targets),
            session_seconds=session_seconds(environment),
        )
        if settings.push_workflows:
            self.push_role = GitHubActionsRole(
                identity,
                "push",
                name=env.names.push_role,
                sources=list(map(settings.source_of, settings.push_workflows)),
                statements=push_statements(_own_repositories(environment, env.location)),
            )
        if settings.plan_workflows:
            self.plan_role = GitHubActionsRole(
                identity,
                "plan",
                name=env.names.plan_role,
                sources=list(map(settings.source_of, settings.plan_workflows)),
                statements=plan_statements(_plan_reads(environment, env)),
            )


def session_seconds(environment: Environment) -> int:
    """Return how long a session of the deploy role can be: whole hours, from 1 to 12.

    A deployment of all services moves one after the other, each at most until its timeout. The
    one-off tasks run before that.
    """
    seconds = sum(
        timeout_seconds(service) + ONE_OFF_TASK_SECONDS * len(service.one_off_tasks)
        for service in describe_deployment(environment).services
        if service.deployed_by == "pipeline"
    )
    return HOUR * min(max(-(-seconds // HOUR), 1), LONGEST_SESSION_HOURS)


def _deploy_targets(
    environment: Environment,
    env: EnvironmentContext,
    cluster: Cluster,
    roles: Sequence[TaskRoles],
    network: VpcNetwork,
) -> DeployTargets:
    names, services = env.names, environment.services
    alarm_prefixes = tuple(names.rollback_alarm(service.name, "") for service in services)
    return DeployTargets(
        cluster=cluster,
        services=[names.service(service.name) for service in services],
        service_families=[names.family(service.name) for service in services],
        one_off_families=[
            names.one_off_task(service.name, task.name)
            for service in services
            for task in service.one_off_tasks
        ],
        repository_arns=_looked_up_repositories(environment, env.location),
        log_groups=[
            names.log_group(environment.logs.group_prefix, service.name) for service in services
        ],
        alarms=[
            found.name
            for found in physical_names(environment)
            if found.type == "aws_cloudwatch_metric_alarm" and found.name.startswith(alarm_prefixes)
        ],
        roles=roles,
        exec_enabled=environment.hardening.audited_exec,
        private_subnet_ids=() if network.assign_public_ip else network.task_subnet_ids,
    )


def _looked_up_repositories(environment: Environment, location: AccountRegion) -> list[str]:
    """Return the ARNs of the repositories of all images whose tag is not in the settings."""
    images = [one.image for service in environment.services for one in service.containers]
    found = {
        AccountRegion(image.account or location.account, image.region or location.region).arn(
            "ecr", f"repository/{image.repository}"
        )
        for image in images
        if isinstance(image, EcrImage) and image.tag is None
    }
    return sorted(found)


def _own_repositories(environment: Environment, location: AccountRegion) -> list[str]:
    """Return the ARNs of the repositories that the push role pushes to.

    Raises:
        SettingsError: there are none.
    """
    found = [location.arn("ecr", f"repository/{name}") for name in environment.own_repositories]
    if not found:
        problem = SettingsProblem(
            "delivery.push_workflows",
            "contains workflows, but no container uses an EcrImage in this account and Region",
            "remove push_workflows, or use an EcrImage without `account` and `region`",
        )
        raise SettingsError(environment.names.stack, [problem])
    return found


def _plan_reads(environment: Environment, env: EnvironmentContext) -> PlanReads:
    names = env.names
    secrets = {
        names.secret(secret)
        for _, store in environment.managed_data_stores()
        for secret in store.secret_names
    }
    if isinstance(environment.database, Database):
        secrets.add(names.database_password)
    logs, location = environment.hardening.access_logs, env.location
    return PlanReads(
        state=_state_access(environment, location),
        bucket_names=(
            []
            if logs is None
            else [logs.bucket_name or names.access_log_bucket(location.account, location.region)]
        ),
        # Secrets Manager appends six characters to each name (its User Guide, "Secret ARN").
        secret_arns=[
            location.arn("secretsmanager", f"secret:{name}-??????") for name in sorted(secrets)
        ],
        secrets_key_arn=env.kms_key_arn,
        region=location.region,
    )


def _state_access(environment: Environment, location: AccountRegion) -> StateAccess | None:
    state = environment.state
    if not isinstance(state, S3State):
        return None
    region = state.region or location.region
    kms_key, alias = state.kms_key_arn, None
    if state.bootstrapped:
        # The key is in another stack, which only has its alias in common with this one.
        kms_key = AccountRegion(location.account, region).arn("kms", "key/*")
        alias = f"alias/{environment.names.state_stack}"
    return StateAccess(
        bucket=state.bucket,
        key=state.key or environment.names.state_key(),
        kms_key=kms_key,
        kms_alias=alias,
        region=region,
    )
