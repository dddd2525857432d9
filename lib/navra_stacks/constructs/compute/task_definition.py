"""The task definition of a service or of a one-off task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
    EcsTaskDefinitionVolume,
)
from constructs import Construct

from navra_stacks.constructs.common.address import address_of
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.container_definition import (
    ContainerDefinition,
    described_container,
)
from navra_stacks.constructs.compute.container_image import ContainerImage
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.errors import NavraError
from navra_stacks.naming import slug
from navra_stacks.settings.compute.service import Service
from navra_stacks.terraform.json_template import json_template

__all__ = ["TaskDefinition"]


class TaskDefinition(Construct):
    """A Fargate task definition, of a service or of a one-off task.

    The container definitions are sorted and have no empty fields, so that unchanged settings never
    register a new revision. Terraform does not deregister old revisions, because a rollback needs
    them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Service,
        family: str,
        env: EnvironmentContext,
        images: Sequence[ContainerImage],
        roles: TaskRoles,
        log_group: LogGroup,
        secrets: Mapping[str, SecretHandle],
        logical_id: str | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        """Register a task definition.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The service, or the service that a one-off task is derived from.
            family: The name of the task definition family.
            env: The environment's names, account and Region.
            images: The image of each container, in the order of `settings.containers`.
            roles: The task role and the execution role.
            log_group: The log group of the containers.
            secrets: The secrets, by the name of the environment variable.
            logical_id: The logical ID; by default the logical ID of the service's task definition.
            depends_on: Resources created before the task definition is registered.
        """
        super().__init__(scope, id_)
        self._family = family
        logs = {"awslogs-group": log_group.name, "awslogs-region": env.location.region}
        definitions = [
            ContainerDefinition(
                described_container(settings, container, image.reference, logs, secrets),
                self._update,
            )
            for container, image in zip(settings.containers, images, strict=True)
        ]
        self.containers = {definition.name: definition for definition in definitions}
        """The containers, by name, the main container first."""
        self._volumes = [
            EcsTaskDefinitionVolume(name=settings.volume_name(init.owner, init.volume))
            for init in settings.volume_inits
        ]
        self.resource = with_logical_id(
            EcsTaskDefinition(
                self,
                "task_definition",
                family=family,
                requires_compatibilities=["FARGATE"],
                network_mode="awsvpc",
                cpu=str(settings.cpu),
                memory=str(settings.memory),
                execution_role_arn=roles.execution_role_arn,
                task_role_arn=roles.task_role_arn,
                container_definitions=self._container_definitions(),
                runtime_platform=EcsTaskDefinitionRuntimePlatform(
                    operating_system_family="LINUX", cpu_architecture=settings.architecture
                ),
                ephemeral_storage=(
                    None
                    if settings.ephemeral_storage_gib is None
                    else EcsTaskDefinitionEphemeralStorage(
                        size_in_gib=settings.ephemeral_storage_gib
                    )
                ),
                volume=self._volumes or None,
                skip_destroy=True,
                depends_on=list(depends_on) or None,
            ),
            logical_id or f"{slug(settings.name)}_task_definition",
        )
        self.arn: str = self.resource.arn
        self.family: str = self.resource.family

    def add_dependency(self, dependency: ITerraformDependable) -> None:
        """Create a resource before the task definition is registered."""
        self.resource.depends_on = [*(self.resource.depends_on or ()), address_of(dependency)]

    def add_volume(self, volume: EcsTaskDefinitionVolume) -> None:
        """Add a volume, which containers mount with `ContainerDefinition.add_mount`.

        Raises:
            NavraError: the task definition has a volume of that name.
        """
        if any(volume.name == other.name for other in self._volumes):
            raise NavraError(
                f"task definition {self._family} already has the volume {volume.name}; use another "
                "name"
            )
        self._volumes.append(volume)
        self.resource.put_volume(self._volumes)

    def _container_definitions(self) -> str:
        contents = [container.content for container in self.containers.values()]
        return json_template(contents, sort_keys=True)

    def _update(self) -> None:
        self.resource.container_definitions = self._container_definitions()
