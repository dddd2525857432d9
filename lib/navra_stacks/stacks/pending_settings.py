"""Settings of services that an apply does not bring into the running tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.model.credentials import find_credentials
from navra_stacks.stacks.running_revision import Resources, loses_access, resolve_names
from navra_stacks.terraform.task_definition_changes import (
    FieldChange,
    containers_of,
    task_definition_changes,
)

__all__ = ["PendingSetting", "PendingSettings", "check_ports", "find_pending_settings"]

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


Reason = Literal["deploy", "access", "inventory", "autoscaling"]
"""The value reaches the tasks with the next deploy of a pipeline; it does so, and until then ECS
cannot start tasks, because the apply removes access to the value before; the inventory preserves
the live value; or autoscaling determines the number of tasks."""

_HIDDEN = "(not shown)"
"""Replaces a value that looks like a credential, for example in a document of an earlier version,
which did not detect it."""


class PendingSetting(NamedTuple):
    """A value of the settings that the next apply does not bring into the running tasks."""

    service: str
    """The name of the service."""

    field: str
    """The path of the field, for example ``services.api.container.environment.LOG_LEVEL``. A field
    of a task definition that no setting determines alone has its name in the ECS API or in
    Terraform."""

    before: Any
    """The value before; None if it was absent. A note replaces a value that looks like a
    credential."""

    after: Any
    """The value of the settings; None if it is absent. A note replaces a value that looks like a
    credential."""

    reason: Reason
    """Why the value is pending, see `Reason`."""


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
        document: The resources and data sources of the environment's new document.
        previous: Those of the document that the new one replaces; None if there is none.
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
            literal = [one for one in changes if not _has_reference(f"{one.before}{one.after}")]
            found += _settings(service, literal, lambda _: "inventory")
        elif service.deployed_by == "pipeline" and previous is None:
            unknown.append(service.name)
        elif service.deployed_by == "pipeline":
            before = _body(previous, "aws_ecs_task_definition", name)
            if previous is not None and before is not None:
                found += _with_next_deploy(service, before, body, previous, document)
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
                        else ", or, if the present document has never been applied, delete it"
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
    mappings = container.get("portMappings") or ()
    ports = [
        mapping.get("containerPort") if isinstance(mapping, Mapping) else None
        for mapping in (mappings if isinstance(mappings, list | tuple) else [None])
    ]
    known = {port for port in ports if port is not None}
    return None if None in ports else known


def _kept_definitions(environment: Environment, service: Service) -> list[Any] | None:
    if environment.inventory is None:
        return None
    address = f"aws_ecs_task_definition.{slug(service.name)}_task_definition"
    resource = environment.inventory.resources.get(address)
    kept = None if resource is None else resource.keeps.get("container_definitions")
    return list(kept) if isinstance(kept, tuple | list) else None


def _with_next_deploy(
    service: Service,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    previous: Resources,
    document: Resources,
) -> Iterator[PendingSetting]:
    """Yield the differences of two task definitions, and of the resources that they refer to."""
    named = resolve_names(before, previous), resolve_names(after, document)
    containers = containers_of(named[0])
    changes = {
        (change.container, change.field): change
        for change in (*task_definition_changes(*named), *task_definition_changes(before, after))
    }
    policy = _body(document, "aws_iam_role_policy", f"{slug(service.name)}_execution_policy") or {}
    permissions = str(resolve_names(policy.get("policy", ""), document))

    def reason(change: FieldChange) -> Reason:
        container = containers.get(change.container or "")
        if container is not None and loses_access(
            change, container, document, execution_policy=permissions
        ):
            return "access"
        return "deploy"

    yield from _settings(service, (changes[key] for key in sorted(changes, key=str)), reason)


def _settings(
    service: Service, changes: Iterable[FieldChange], reason: Callable[[FieldChange], Reason]
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
        before, after = (
            _HIDDEN
            if not change.field.startswith("secrets.")
            and any(True for _ in find_credentials(one, name=change.field))
            else _plain(change.field, one)
            for one in (change.before, change.after)
        )
        yield PendingSetting(
            service.name, f"services.{service.name}.{field}", before, after, reason(change)
        )


def _plain(field: str, value: Any) -> Any:
    """Return a value of a task definition in the form of the settings."""
    if field in ("cpu", "memory") and isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        if field == "portMappings" and len(value) == 1:
            return value[0].get("containerPort")
        if field in ("mountPoints", "linuxParameters.tmpfs"):
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


def _has_reference(text: str) -> bool:
    return "${" in text.replace("$${", "")
