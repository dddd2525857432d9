"""Read the task that a task definition of a document describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.local.task_model import (
    DEFAULT_CAPABILITIES,
    STOP_SECONDS,
    ContainerModel,
    Dependency,
    HealthCommand,
    TaskModel,
    TmpfsMount,
    Ulimit,
    Volume,
    VolumeMount,
)
from navra_stacks.terraform.document import Block, DocumentError, nested_blocks
from navra_stacks.terraform.expressions import Scope, UnresolvedError, evaluate
from navra_stacks.terraform.json_template import parse_json_template

__all__ = ["read_task"]

_WITHOUT_EFFECT = (
    *("dnsSearchDomains", "dnsServers", "environmentFiles", "extraHosts", "firelensConfiguration"),
    *("hostname", "volumesFrom"),
)
"""The properties of a container definition that have no effect in a local run."""


def read_task(block: Block, scope: Scope) -> TaskModel:
    """Return the task that an ``aws_ecs_task_definition`` describes.

    Args:
        block: The resource.
        scope: The values of the references in the document.

    Raises:
        DocumentError: the container definitions are not known without a plan, or depend on one
            another in a circle.
    """
    written = block.get("container_definitions")
    try:
        definitions = parse_json_template(written) if isinstance(written, str) else None
    except ValueError:
        definitions = None
    if not isinstance(definitions, list):
        raise DocumentError(
            f"{block.address}: the container definitions are not in the document; write them as "
            "JSON, and not as an expression"
        )
    platform = _only(block.body, "runtime_platform")
    return TaskModel(
        family=str(_value(block.get("family"), scope) or block.name),
        address=block.address,
        containers=_ordered([_container(one, scope) for one in definitions], block.address),
        volumes=tuple(_volume(one) for one in nested_blocks(block.body, "volume")),
        cpu=_cpu(_value(block.get("cpu"), scope)),
        memory=_memory(_value(block.get("memory"), scope)),
        architecture=str(_value(platform.get("cpu_architecture"), scope) or "X86_64"),
        definitions=tuple(definitions),
    )


def _volume(written: Mapping[str, Any]) -> Volume:
    file_system = _only(written, "efs_volume_configuration")
    if not file_system:
        return Volume(str(written["name"]))
    access_point = _only(file_system, "authorization_config").get("access_point_id")
    parts = (file_system.get("file_system_id"), access_point, file_system.get("root_directory"))
    return Volume(str(written["name"]), " ".join(str(one) for one in parts if one))


def _container(definition: Mapping[str, Any], scope: Scope) -> ContainerModel:
    parameters = definition.get("linuxParameters") or {}
    written = {one["name"]: one.get("value", "") for one in definition.get("environment") or ()}
    environment = {name: _value(value, scope) for name, value in written.items()}
    stop = _value(definition.get("stopTimeout"), scope)
    memory = _value(definition.get("memory"), scope)
    health = definition.get("healthCheck")
    return ContainerModel(
        name=definition["name"],
        image=_value(definition.get("image"), scope),
        is_essential=definition.get("essential") is not False,
        command=_words(definition.get("command"), scope),
        entry_point=_words(definition.get("entryPoint"), scope),
        working_directory=definition.get("workingDirectory"),
        user=definition.get("user"),
        environment={
            name: _text(value) for name, value in environment.items() if value is not None
        },
        unknown_environment=tuple(name for name, value in environment.items() if value is None),
        secrets={one["name"]: one["valueFrom"] for one in definition.get("secrets") or ()},
        has_read_only_root=bool(definition.get("readonlyRootFilesystem")),
        tmpfs=tuple(
            TmpfsMount(one["containerPath"], int(one["size"]), tuple(one.get("mountOptions") or ()))
            for one in parameters.get("tmpfs") or ()
        ),
        mounts=tuple(
            VolumeMount(one["sourceVolume"], one["containerPath"], bool(one.get("readOnly")))
            for one in definition.get("mountPoints") or ()
        ),
        has_init=bool(parameters.get("initProcessEnabled")),
        is_privileged=bool(definition.get("privileged")),
        capabilities=_capabilities(parameters.get("capabilities") or {}),
        ulimits=tuple(
            Ulimit(one["name"], int(one["softLimit"]), int(one["hardLimit"]))
            for one in definition.get("ulimits") or ()
        ),
        system_controls={
            one["namespace"]: str(one["value"]) for one in definition.get("systemControls") or ()
        },
        depends_on=tuple(
            Dependency(one["containerName"], one["condition"])
            for one in definition.get("dependsOn") or ()
        ),
        health=None if not health else _health(health),
        memory=None if memory is None else int(memory),
        ports=tuple(
            port for one in definition.get("portMappings") or () for port in _ports(one, scope)
        ),
        stop_seconds=STOP_SECONDS if stop is None else int(stop),
        omissions=tuple(name for name in _WITHOUT_EFFECT if definition.get(name)),
    )


def _ports(mapping: Mapping[str, Any], scope: Scope) -> Iterator[int]:
    if "containerPortRange" in mapping:
        first, _, last = str(_value(mapping["containerPortRange"], scope)).partition("-")
        yield from range(int(first), int(last or first) + 1)
    elif (port := _value(mapping.get("containerPort"), scope)) is not None:
        yield int(port)


def _health(written: Mapping[str, Any]) -> HealthCommand | None:
    kind, *words = written["command"]
    if kind == "NONE":
        return None
    command = ("/bin/sh", "-c", *words) if kind == "CMD-SHELL" else tuple(words)
    names = {"interval": "interval", "timeout": "timeout", "retries": "retries"}
    names["startPeriod"] = "start_period"
    given = {
        field: int(written[name]) for name, field in names.items() if written.get(name) is not None
    }
    return HealthCommand(command, **given)


def _capabilities(written: Mapping[str, Any]) -> tuple[str, ...]:
    dropped = set(written.get("drop") or ())
    kept = () if "ALL" in dropped else DEFAULT_CAPABILITIES
    found = [one for one in kept if one not in dropped]
    return tuple(dict.fromkeys((*found, *(written.get("add") or ()))))


def _ordered(containers: list[ContainerModel], address: str) -> tuple[ContainerModel, ...]:
    """Return the containers so that each follows those that it depends on."""
    placed: dict[str, ContainerModel] = {}
    waiting = list(containers)
    while waiting:
        ready = [
            one for one in waiting if all(other.container in placed for other in one.depends_on)
        ]
        if not ready:
            names = ", ".join(one.name for one in waiting)
            raise DocumentError(
                f"{address}: the containers {names} depend on one another, or on a container that "
                "does not exist; correct their depends_on"
            )
        placed |= {one.name: one for one in ready}
        waiting = [one for one in waiting if one.name not in placed]
    return tuple(placed.values())


def _value(written: Any, scope: Scope) -> Any:
    """Return a value; None if it is known only after an apply."""
    try:
        return evaluate(written, scope)
    except UnresolvedError:
        return None


def _text(value: Any) -> str:
    """Return a value in the form that Terraform gives it in a string."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _words(written: Any, scope: Scope) -> tuple[str, ...] | None:
    found = _value(written, scope)
    return None if found is None else tuple(map(str, found))


def _cpu(written: Any) -> int | None:
    """Return CPU units; ``1 vCPU`` is another form of 1024. Source: ECS API, cpu."""
    if written is None:
        return None
    number, _, unit = str(written).lower().partition("vcpu")
    return round(float(number) * 1024) if unit or "vcpu" in str(written).lower() else int(number)


def _memory(written: Any) -> int | None:
    """Return MiB; ``2 GB`` is another form of 2048. Source: ECS API, memory."""
    if written is None:
        return None
    text = str(written).lower()
    return round(float(text.removesuffix("gb")) * 1024) if text.endswith("gb") else int(text)


def _only(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the only block of a name; empty if there is none."""
    return next(iter(nested_blocks(body, name)), {})
