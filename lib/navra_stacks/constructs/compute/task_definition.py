"""The task definition of a service or of a one-off task."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
    EcsTaskDefinitionVolume,
)
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.container_image import ContainerImage
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.naming import slug
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.model.interpolation import escape_template

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
        """
        super().__init__(scope, id_)
        logs = {"awslogs-group": log_group.name, "awslogs-region": env.location.region}
        definitions = [
            _container(settings, container, image.reference, logs, secrets)
            for container, image in zip(settings.containers, images, strict=True)
        ]
        task_definition = with_logical_id(
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
                container_definitions=json.dumps(definitions, ensure_ascii=False, sort_keys=True),
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
                volume=[
                    EcsTaskDefinitionVolume(name=settings.volume_name(container, path))
                    for container in settings.containers
                    for path in container.writable_paths
                ]
                or None,
                skip_destroy=True,
            ),
            logical_id or f"{slug(settings.name)}_task_definition",
        )
        self.arn: str = task_definition.arn
        self.family: str = task_definition.family


def _container(
    service: Service,
    container: Container,
    image: str,
    logs: Mapping[str, str],
    secrets: Mapping[str, SecretHandle],
) -> dict[str, Any]:
    name = service.container_name(container)
    optional: dict[str, Any] = {
        "command": list(map(escape_template, container.command)),
        "environment": [
            {"name": key, "value": escape_template(value)}
            for key, value in sorted(container.environment.items())
        ],
        "mountPoints": [
            {
                "containerPath": path,
                "readOnly": False,
                "sourceVolume": service.volume_name(container, path),
            }
            for path in container.writable_paths
        ],
        "portMappings": (
            []
            if container.port is None
            else [{"containerPort": container.port, "hostPort": container.port, "protocol": "tcp"}]
        ),
        "readonlyRootFilesystem": container.read_only_root,
        "secrets": [
            {"name": key, "valueFrom": secrets[key].arn} for key in sorted(container.secrets)
        ],
        "user": container.user,
        "firelensConfiguration": (
            {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}}
            if _routes_logs(service, name)
            else None
        ),
    }
    return {
        "name": name,
        "image": image,
        "essential": container.essential,
        "stopTimeout": container.stop_timeout_seconds,
        # An init process forwards signals to the application and reaps its child processes.
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": _logging(service, name, logs),
        **{key: value for key, value in optional.items() if value},
    }


def _routes_logs(service: Service, name: str) -> bool:
    return service.log_router is not None and name == service.log_router.name


def _logging(service: Service, name: str, logs: Mapping[str, str]) -> dict[str, Any]:
    if service.log_router is not None and not _routes_logs(service, name):
        options = {
            key: escape_template(value) for key, value in sorted(service.log_router.options.items())
        }
        return {"logDriver": "awsfirelens", "options": options}
    return {
        "logDriver": "awslogs",
        "options": {
            **logs,
            "awslogs-stream-prefix": name,
        },
    }
