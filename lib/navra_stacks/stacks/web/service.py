"""A service of an environment, with its log group, images, roles, tasks and autoscaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.compute.autoscaling import ScalableTarget
from navra_stacks.constructs.compute.container_definition import ContainerDefinition
from navra_stacks.constructs.compute.container_image import ContainerImage
from navra_stacks.constructs.compute.exec_logging import AuditedExec
from navra_stacks.constructs.compute.fargate_service import FargateService, Placement
from navra_stacks.constructs.compute.one_off_task import OneOffTaskCommand
from navra_stacks.constructs.compute.task_definition import TaskDefinition
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.naming import slug
from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.image import tag_variable
from navra_stacks.settings.compute.one_off_task import OneOffTask
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.compute.task_count import initial_task_count
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.data import Data
from navra_stacks.stacks.web.load_balancing import LoadBalancing
from navra_stacks.stacks.web.traffic_shifting import former_alarms, traffic_shift

__all__ = ["WebService"]


class WebService:
    """An ECS service with its log group, images, roles, task definitions and autoscaling.

    A stack that adds resources connects them to the service with the methods of this class and of
    the service's containers.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        settings: Service,
        placement: Placement,
        data: Data,
        load_balancing: LoadBalancing,
        exec_sessions: AuditedExec | None,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        self._scope = scope
        self._env = env
        self._settings = settings
        self.placement = placement
        self._data = data
        self._secrets = data.secrets.by_name

        self.log_group = LogGroup(
            scope, "logs", service=settings.name, settings=environment.logs, env=env
        )
        self.target_group = load_balancing.target_groups.get(settings.name)
        self._images = self._container_images()
        self.roles = TaskRoles(
            scope,
            "roles",
            settings=settings,
            env=env,
            images=self._images,
            log_group=self.log_group,
            secrets=self._secrets,
        )
        self.task_definition = self._task_definition(
            "task_definition", settings, family=env.names.family(settings.name)
        )

        # The roles keep their permissions until the last task has stopped.
        dependencies: list[ITerraformDependable] = [
            *self.roles.policies,
            *load_balancing.traffic_dependencies(settings.name),
            *data.secret_values(settings.injected_secrets),
        ]
        if exec_sessions is not None:
            dependencies.append(
                exec_sessions.grant_sessions(service=settings.name, roles=self.roles)
            )
        if settings.capacity is not None and placement.cluster.capacity_providers is not None:
            dependencies.append(placement.cluster.capacity_providers)
        dependencies += depends_on
        shift = traffic_shift(scope, settings, env=env, load_balancing=load_balancing)
        if shift is not None:
            dependencies += shift.roles.permissions
        scaling = environment.autoscaling_of(settings)
        self.fargate_service = FargateService(
            scope,
            "service",
            settings=settings,
            env=env,
            placement=placement,
            task_definition=self.task_definition,
            target_group=self.target_group,
            depends_on=dependencies,
            exec_enabled=exec_sessions is not None,
            initial_count=None if scaling is None else initial_task_count(settings, scaling),
            shift=shift,
            former_alarms=former_alarms(scope, settings, env=env, load_balancing=load_balancing),
        )
        if scaling is not None:
            self._scale(scaling, load_balancing)
        # So that an apply with only the task definition as its target creates all that a task
        # needs: a migration can run before the services, and the load balancer, exist.
        needs: list[ITerraformDependable] = [
            placement.cluster.resource,
            *self.roles.policies,
            *data.secret_values(settings.injected_secrets),
            *depends_on,
        ]
        self.one_off_tasks = {
            task.name: self._one_off_task(task, needs) for task in settings.one_off_tasks
        }
        """The task definitions of the one-off tasks, by the name of the task."""

    @property
    def name(self) -> str:
        """The name of the service in the settings."""
        return self._settings.name

    @property
    def security_group(self) -> Peer:
        """The security group of the service's tasks."""
        return self.placement.security_group

    @property
    def containers(self) -> Mapping[str, ContainerDefinition]:
        """The containers of the service's tasks, by name."""
        return self.task_definition.containers

    @property
    def container(self) -> ContainerDefinition:
        """The main container of the service's tasks."""
        return self.containers[self._settings.container_name(self._settings.container)]

    def add_dependency(self, dependency: ITerraformDependable) -> None:
        """Create a resource before the service and its one-off tasks, and destroy it after them."""
        self.fargate_service.add_dependency(dependency)
        for task_definition in self.one_off_tasks.values():
            task_definition.add_dependency(dependency)

    def grant(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Allow the service's code some actions on resources, see `TaskRoles.grant`.

        Raises:
            SettingsError: an action or an ARN is invalid.
        """
        for policy in self.roles.grant(actions, resources):
            self.add_dependency(policy)

    def _container_images(self) -> list[ContainerImage]:
        return [
            ContainerImage(
                self._scope,
                f"image_{self._settings.container_name(container)}",
                settings=container.image,
                env=self._env,
                tag_variable=tag_variable(self._settings.name),
                keeps_first_tag=self._settings.deployed_by == "pipeline",
            )
            for container in self._settings.containers
        ]

    def _task_definition(
        self,
        id_: str,
        settings: Service,
        *,
        family: str,
        logical_id: str | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> TaskDefinition:
        definition = TaskDefinition(
            self._scope,
            id_,
            settings=settings,
            family=family,
            env=self._env,
            images=self._images[: len(settings.containers)],
            roles=self.roles,
            log_group=self.log_group,
            secrets=self._secrets,
            logical_id=logical_id,
            depends_on=depends_on,
        )
        for container in settings.containers:
            described = definition.containers[settings.container_name(container)]
            for name, value in self._data.variables(container.secrets).items():
                described.add_environment(name, value, not_secret=True)
        return definition

    def _scale(self, settings: Autoscaling, load_balancing: LoadBalancing) -> None:
        ScalableTarget(
            self._scope,
            "autoscaling",
            settings=settings,
            env=self._env,
            service=self._settings.name,
            cluster=self.placement.cluster,
            fargate_service=self.fargate_service,
            load_balancer=load_balancing.load_balancer,
            target_group=self.target_group,
        )

    def _one_off_task(
        self, task: OneOffTask, depends_on: Sequence[ITerraformDependable]
    ) -> TaskDefinition:
        service = self._settings.name
        task_definition = self._task_definition(
            f"{task.name}_task_definition",
            self._settings.for_one_off_task(task),
            family=self._env.names.one_off_task(service, task.name),
            logical_id=f"{slug(service)}_{slug(task.name)}_task_definition",
            depends_on=depends_on,
        )
        OneOffTaskCommand(
            self._scope,
            f"{task.name}_task",
            service=service,
            task=task.name,
            env=self._env,
            task_definition=task_definition,
            placement=self.placement,
        )
        return task_definition
