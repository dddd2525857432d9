"""Settings of services that an apply does not bring into the running tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment
from navra_stacks.terraform.task_definition_changes import (
    FieldChange,
    containers_of,
    task_definition_changes,
)

__all__ = ["PendingSetting", "PendingSettings", "check_ports", "find_pending_settings"]

Resources = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The ``resource`` object of a document: bodies by type and name."""

_FIELDS = {
    "cpu": "cpu",
    "memory": "memory",
    "runtime_platform": "architecture",
    "ephemeral_storage": "ephemeral_storage_gib",
}
"""Fields of `Service`, by the argument of the task definition."""

_CONTAINER_FIELDS = {
    "portMappings": "port",
    "readonlyRootFilesystem": "read_only_root",
    "stopTimeout": "stop_timeout_seconds",
    "linuxParameters.tmpfs": "writable_paths",
    "linuxParameters.initProcessEnabled": "init_process",
    "mountPoints": "writable_paths",
}
"""Fields of `Container` with another name than in the ECS API."""


class PendingSetting(NamedTuple):
    """A value of the settings that the next apply does not bring into the running tasks."""

    service: str
    """The name of the service."""

    field: str
    """The path of the field, for example ``services.api.container.environment.LOG_LEVEL``. A field
    of a task definition that no setting determines alone has its name in the ECS API or in
    Terraform."""

    before: Any
    """The value before; None if it was absent."""

    after: Any
    """The value of the settings; None if it is absent."""

    reason: Literal["deploy", "inventory", "autoscaling"]
    """Why the value is pending: it reaches the tasks with the next deploy of a pipeline, the
    inventory preserves the live value, or autoscaling determines the number of tasks."""


class PendingSettings(NamedTuple):
    """The pending settings of an environment."""

    settings: tuple[PendingSetting, ...] = ()

    unknown: tuple[str, ...] = ()
    """The names of the services that a pipeline deploys and whose values before are unknown,
    because neither an inventory nor an earlier document contains them."""


def find_pending_settings(
    environment: Environment,
    document: Resources,
    *,
    previous: Resources | None,
    overridden: Mapping[str, Mapping[str, Any]],
) -> PendingSettings:
    """Find the settings that the next apply does not bring into the running tasks.

    Args:
        environment: The environment.
        document: The resources of the environment's new document.
        previous: The resources of the document that the new one replaces; None if there is none.
        overridden: The values that the settings describe and the inventory replaces by live values,
            by the address of the resource and by argument. They may contain tokens.
    """
    found: list[PendingSetting] = []
    unknown = []
    for service in environment.services:
        name = f"{slug(service.name)}_task_definition"
        body = document["aws_ecs_task_definition"][name]
        described = overridden.get(f"aws_ecs_task_definition.{name}", {})
        if described:
            changes = task_definition_changes(body, {**body, **described})
            literal = [one for one in changes if "${" not in f"{one.before}{one.after}"]
            found += _settings(service, literal, "inventory")
        elif service.deployed_by == "pipeline" and previous is None:
            unknown.append(service.name)
        elif service.deployed_by == "pipeline":
            before = _body(previous, "aws_ecs_task_definition", name)
            if before is not None:
                found += _settings(service, task_definition_changes(before, body), "deploy")
        found += _task_count(service, document, previous)
    return PendingSettings(tuple(found), tuple(unknown))


def check_ports(environment: Environment, previous: Resources | None) -> None:
    """Refuse a changed port of a service whose running revision Terraform does not replace.

    Terraform would register the new port in the service's load balancer configuration while the
    tasks still listen on the old port, and then delete the old port's security group rule.

    Args:
        environment: The environment.
        previous: The resources of the document that a new one replaces; None if there is none.

    Raises:
        SettingsError: the inventory or the previous document has another port.
    """
    problems = []
    for service in environment.services:
        before = _ports_before(environment, service, previous)
        port = service.container.port
        if service.receives_traffic and before is not None and port not in before:
            listens = f"port {min(before)}" if before else "no port"
            problems.append(
                SettingsProblem(
                    f"services.{service.name}.container.port",
                    f"{port} is not a port of the running revision, which an apply does not "
                    f"replace and which has {listens}, so the load balancer would not reach it",
                    "set deployed_by='terraform' for the apply that changes the port"
                    + (
                        " and remove `container_definitions` from the inventory's `keeps`"
                        if _kept_definitions(environment, service) is not None
                        else ""
                    ),
                )
            )
    if problems:
        raise SettingsError(environment.names.stack, problems)


def _ports_before(
    environment: Environment, service: Service, previous: Resources | None
) -> set[int] | None:
    """Return the ports of the running main container; None if they are unknown."""
    definitions = _kept_definitions(environment, service)
    if definitions is None and service.deployed_by == "terraform":
        return None
    body: Mapping[str, Any] | None = {"container_definitions": definitions}
    if definitions is None:
        body = _body(previous, "aws_ecs_task_definition", f"{slug(service.name)}_task_definition")
    container = containers_of(body or {}).get(service.container_name(service.container))
    if container is None:
        return None
    return {mapping.get("containerPort") for mapping in container.get("portMappings", ())}


def _kept_definitions(environment: Environment, service: Service) -> list[Any] | None:
    if environment.inventory is None:
        return None
    address = f"aws_ecs_task_definition.{slug(service.name)}_task_definition"
    resource = environment.inventory.resources.get(address)
    kept = None if resource is None else resource.keeps.get("container_definitions")
    return list(kept) if isinstance(kept, tuple | list) else None


def _settings(
    service: Service,
    changes: Iterable[FieldChange],
    reason: Literal["deploy", "inventory"],
) -> Iterator[PendingSetting]:
    paths = {service.container_name(one): path for path, one in service.containers_with_paths}
    for sidecar, path in ((service.telemetry, "telemetry"), (service.log_router, "log_router")):
        if sidecar is not None:
            paths[service.container_name(sidecar.container)] = path
    for change in changes:
        if change.field == "volume":  # follows from `writable_paths`, which is a change of its own
            continue
        if change.container is None:
            field = _FIELDS.get(change.field, change.field)
        else:
            path = paths.get(change.container, f"sidecars.{change.container}")
            field = f"{path}.{_CONTAINER_FIELDS.get(change.field, change.field)}"
        before, after = (_plain(change.field, one) for one in (change.before, change.after))
        yield PendingSetting(
            service.name, f"services.{service.name}.{field}", before, after, reason
        )


def _plain(field: str, value: Any) -> Any:
    """Return a value of a task definition in the form of the settings."""
    if field in ("cpu", "memory") and isinstance(value, str) and value.isdecimal():
        return int(value)
    if field == "portMappings" and isinstance(value, list) and len(value) == 1:
        return value[0].get("containerPort")
    if field in ("mountPoints", "linuxParameters.tmpfs") and isinstance(value, list):
        return [mount.get("containerPath") for mount in value]
    if field == "runtime_platform" and isinstance(value, Mapping):
        return value.get("cpu_architecture")
    if field == "ephemeral_storage" and isinstance(value, Mapping):
        return value.get("size_in_gib")
    return value


def _task_count(
    service: Service, document: Resources, previous: Resources | None
) -> Iterator[PendingSetting]:
    """Yield the changed number of tasks of a service with autoscaling."""
    name = f"{slug(service.name)}_service"
    before = (_body(previous, "aws_ecs_service", name) or {}).get("desired_count")
    body = document["aws_ecs_service"][name]
    count = body.get("desired_count")
    ignored = body.get("lifecycle", {}).get("ignore_changes", ())
    if before is not None and before != count and "desired_count" in ignored:
        field = f"services.{service.name}.desired_count"
        yield PendingSetting(service.name, field, before, count, "autoscaling")


def _body(resources: Resources | None, type_: str, name: str) -> Mapping[str, Any] | None:
    return None if resources is None else resources.get(type_, {}).get(name)
