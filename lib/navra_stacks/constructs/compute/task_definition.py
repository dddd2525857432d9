"""The task definition of a service."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
    EcsTaskDefinitionVolume,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.naming import slug
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.model.interpolation import literal

__all__ = ["LogStream", "TaskDefinition"]


class LogStream(NamedTuple):
    """Where containers write their logs."""

    group: str
    region: str


class TaskDefinition(Construct):
    """What a task of a service consists of; or a one-off task, under an `address` of its own.

    The container definitions are sorted and hold no empty fields, so that the same settings never
    register a new revision. Old revisions are kept, so that there is something to roll back to.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Service,
        family: str,
        images: Sequence[str],
        roles: TaskRoles,
        logs: LogStream,
        secrets: Mapping[str, SecretHandle],
        address: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        definitions = [
            _definition(settings, container, image, logs, secrets)
            for container, image in zip(settings.containers, images, strict=True)
        ]
        task_definition = addressed(
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
                    EcsTaskDefinitionVolume(name=_volume(settings, container, path))
                    for container in settings.containers
                    for path in container.writable_paths
                ]
                or None,
                skip_destroy=True,
            ),
            address or f"{slug(settings.name)}_task_definition",
        )
        self.arn: str = task_definition.arn
        self.family: str = task_definition.family


def _definition(
    service: Service,
    container: Container,
    image: str,
    logs: LogStream,
    secrets: Mapping[str, SecretHandle],
) -> dict[str, Any]:
    name = service.container_name(container)
    optional: dict[str, Any] = {
        "command": list(map(literal, container.command)),
        "environment": [
            {"name": key, "value": literal(value)}
            for key, value in sorted(container.environment.items())
        ],
        "mountPoints": [
            {
                "containerPath": path,
                "readOnly": False,
                "sourceVolume": _volume(service, container, path),
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
        # An init process hands signals to the application and reaps its children.
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": _logging(service, name, logs),
        **{key: value for key, value in optional.items() if value},
    }


def _routes_logs(service: Service, name: str) -> bool:
    return service.log_router is not None and name == service.log_router.name


def _logging(service: Service, name: str, logs: LogStream) -> dict[str, Any]:
    if service.log_router is not None and not _routes_logs(service, name):
        options = {key: literal(value) for key, value in sorted(service.log_router.options.items())}
        return {"logDriver": "awsfirelens", "options": options}
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": logs.group,
            "awslogs-region": logs.region,
            "awslogs-stream-prefix": name,
        },
    }


def _volume(service: Service, container: Container, path: str) -> str:
    return f"{service.container_name(container)}-{slug(path).replace('_', '-')}"
