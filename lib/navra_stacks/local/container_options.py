"""The options with which an engine creates the containers of a task."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from navra_stacks.errors import NavraError
from navra_stacks.local.dialects import Dialect
from navra_stacks.local.task_model import ContainerModel, TaskModel, VolumeMount

__all__ = [
    "PORT_START",
    "container_options",
    "kernel_settings",
    "pause_options",
    "secret_options",
]

PORT_START = "net.ipv4.ip_unprivileged_port_start"
"""The kernel setting of the first port that needs no privilege."""

_KERNEL_SETTINGS = {PORT_START: "1024"}
"""The kernel settings of a task on Fargate that an engine replaces: Docker sets the first port
that needs no privilege to 0.
https://docs.docker.com/engine/security/rootless/tips/#exposing-privileged-ports
"""

_RESERVED = ("CONTAINER", "DOCKER_", "NERDCTL_", "REGISTRY_AUTH_", "STORAGE_", "XDG_")
_RESERVED_NAMES = frozenset({"HOME", "PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "TMPDIR", "USER"})
"""Environment variables that change how the engine itself works."""


def kernel_settings(task: TaskModel) -> dict[str, str]:
    """Return the kernel settings of the network that the containers of a task share.

    On Fargate, those of each container apply to all of them (ECS API, SystemControl).
    """
    settings = dict(_KERNEL_SETTINGS)
    for container in task.containers:
        settings |= {
            name: value
            for name, value in container.system_controls.items()
            if name.startswith("net.")
        }
    return settings


def pause_options(
    dialect: Dialect,
    task: TaskModel,
    volumes: Mapping[str, str],
    *,
    host_address: str | None = None,
) -> list[str]:
    """Return the options of the container that owns the network and the volumes of a task.

    Its ports are published on free ports of loopback. A new volume belongs to the user of the
    first container that mounts it, which is root in this container.

    Args:
        dialect: The engine's options.
        task: The task.
        volumes: The names of the engine's volumes by the names in the task definition.
        host_address: The address of this machine in the network; None if it is not known.
    """
    options = [f"--publish=127.0.0.1::{port}" for port in task.ports]
    options += [f"--sysctl={name}={value}" for name, value in kernel_settings(task).items()]
    for name, volume in volumes.items():
        options += dialect.volume(volume, VolumeMount(name, f"/volumes/{name}"))
    return [*options, *dialect.host(host_address)]


def container_options(
    dialect: Dialect,
    task: TaskModel,
    container: ContainerModel,
    volumes: Mapping[str, str],
    *,
    directories: Mapping[str, Path] | None = None,
    platform: str | None = None,
) -> list[str]:
    """Return the options of a container as on Fargate, without its network, secrets and image.

    The health check of the image is turned off, because ECS uses only that of the container
    definition.

    Args:
        dialect: The engine's options.
        task: The task.
        container: One of its containers.
        volumes: The names of the engine's volumes by the names in the task definition.
        directories: The directories of this machine in place of the other volumes.
        platform: The platform of the image, for example ``linux/arm64``; None for that of the
            engine.
    """
    options = ["--no-healthcheck", *dialect.isolation]
    options += dialect.capability_options(container.capabilities, is_root=container.is_root)
    if platform is not None:
        options.append(f"--platform={platform}")
    limits = [one for one in (container.memory, task.memory) if one is not None]
    if limits:
        # Fargate has no swap.
        options += [f"--memory={min(limits)}m", f"--memory-swap={min(limits)}m"]
    if task.cpu is not None:
        # An engine rejects more processors than the machine has.
        options.append(f"--cpus={min(task.cpu / 1024, os.cpu_count() or 1):g}")
    if container.user:
        options.append(f"--user={container.user}")
    if container.has_read_only_root:
        options += dialect.read_only_root()
    if container.has_init:
        options.append("--init")
    if container.working_directory:
        options.append(f"--workdir={container.working_directory}")
    if container.entry_point is not None:
        # The other words precede the command, see `RunningTask`.
        options.append(f"--entrypoint={container.entry_point[0] if container.entry_point else ''}")
    options += [f"--env={name}={value}" for name, value in container.environment.items()]
    options += [f"--ulimit={one.name}={one.soft}:{one.hard}" for one in container.ulimits]
    options += [
        f"--sysctl={name}={value}"
        for name, value in container.system_controls.items()
        if not name.startswith("net.")
    ]
    for mount in container.tmpfs:
        options += dialect.tmpfs(mount)
    for mounted in container.mounts:
        if mounted.volume in volumes:
            options += dialect.volume(volumes[mounted.volume], mounted)
        else:
            options += dialect.directory((directories or {})[mounted.volume], mounted)
    return [*options, f"--stop-timeout={container.stop_seconds}"]


def secret_options(names: Iterable[str]) -> Iterator[str]:
    """Yield the options for variables whose values are in the environment of the engine's process.

    Raises:
        NavraError: a variable would change how the engine works.
    """
    for name in names:
        if name in _RESERVED_NAMES or name.startswith(_RESERVED):
            raise NavraError(
                f"a secret cannot be the environment variable {name}, with which the container "
                "engine is configured; use another name"
            )
        yield f"--env={name}"
