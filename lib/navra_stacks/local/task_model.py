"""A task as a task definition describes it: its containers, volumes, memory and processors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

__all__ = [
    "DEFAULT_CAPABILITIES",
    "STOP_SECONDS",
    "ContainerModel",
    "Dependency",
    "HealthCommand",
    "TaskModel",
    "TmpfsMount",
    "Ulimit",
    "Volume",
    "VolumeMount",
]

STOP_SECONDS = 30
"""The default of `stopTimeout`. Source: ECS API, ContainerDefinition."""

DEFAULT_CAPABILITIES = tuple(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP "
    "SETGID SETPCAP SETUID SYS_CHROOT".split()
)
"""The capabilities of a container on Fargate: Docker's defaults. Source: ECS API,
KernelCapabilities."""


@dataclass(frozen=True, slots=True)
class TmpfsMount:
    """A tmpfs mount of a container."""

    path: str

    size: int
    """The size in MiB."""

    options: tuple[str, ...] = ()
    """The mount options, for example ``uid=101``."""

    def option(self, name: str) -> str | None:
        """Return the value of an option of the form ``name=value``; None if it is not set."""
        for one in self.options:
            key, _, value = one.partition("=")
            if key == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of a task."""

    name: str

    shared: str | None = None
    """What identifies an EFS volume, which all tasks share; None for a volume of one task."""


@dataclass(frozen=True, slots=True)
class VolumeMount:
    """The mount of a volume of the task."""

    volume: str

    path: str

    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class Ulimit:
    """A resource limit."""

    name: str

    soft: int

    hard: int


@dataclass(frozen=True, slots=True)
class Dependency:
    """A container that another container waits for."""

    container: str

    condition: Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]


@dataclass(frozen=True, slots=True)
class HealthCommand:
    """The health command of a container. All times are in seconds.

    The defaults are those of the ECS API, HealthCheck.
    """

    command: tuple[str, ...]
    """The command, which runs in the container."""

    interval: int = 30

    timeout: int = 5

    retries: int = 3

    start_period: int = 0


@dataclass(frozen=True, slots=True)
class ContainerModel:
    """A container definition."""

    name: str

    image: str | None
    """The image; None if it is known only after an apply."""

    is_essential: bool = True

    command: tuple[str, ...] | None = None
    """The command; None for that of the image."""

    entry_point: tuple[str, ...] | None = None

    working_directory: str | None = None

    user: str | None = None
    """The user; None for that of the image."""

    environment: Mapping[str, str] = field(default_factory=dict)

    unknown_environment: tuple[str, ...] = ()
    """The names of the environment variables whose values are known only after an apply."""

    secrets: Mapping[str, str] = field(default_factory=dict)
    """What each secret refers to, by the name of its environment variable."""

    has_read_only_root: bool = False

    tmpfs: tuple[TmpfsMount, ...] = ()

    mounts: tuple[VolumeMount, ...] = ()

    has_init: bool = False

    is_privileged: bool = False

    capabilities: tuple[str, ...] = DEFAULT_CAPABILITIES

    ulimits: tuple[Ulimit, ...] = ()

    system_controls: Mapping[str, str] = field(default_factory=dict)

    depends_on: tuple[Dependency, ...] = ()

    health: HealthCommand | None = None

    memory: int | None = None
    """The limit of the container in MiB; None for that of the task."""

    ports: tuple[int, ...] = ()

    stop_seconds: int = STOP_SECONDS
    """The time between SIGTERM and SIGKILL."""

    omissions: tuple[str, ...] = ()
    """The properties of the definition that have no effect in a local run."""

    @property
    def is_root(self) -> bool:
        """True if the described user is root, or that of the image, which usually is root."""
        return (self.user or "0").partition(":")[0] in ("0", "root")

    def replace(self, **changes: Any) -> ContainerModel:
        """Return a copy with other values of some fields."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class TaskModel:
    """A task definition."""

    family: str

    address: str
    """The Terraform address of the task definition."""

    containers: tuple[ContainerModel, ...]
    """The containers, each after those that it depends on."""

    volumes: tuple[Volume, ...] = ()

    cpu: int | None = None
    """The CPU units of the task: 1024 are one vCPU."""

    memory: int | None = None
    """The memory of the task in MiB."""

    architecture: str = "X86_64"
    """``X86_64`` or ``ARM64``."""

    definitions: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """The container definitions in the form of the ECS API, with the document's expressions."""

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports of all containers."""
        return tuple(dict.fromkeys(port for one in self.containers for port in one.ports))

    def container(self, name: str) -> ContainerModel:
        """Return the container with a name.

        Raises:
            KeyError: there is none.
        """
        for one in self.containers:
            if one.name == name:
                return one
        raise KeyError(name)

    def with_ports(self, ports: Iterable[tuple[str, int]]) -> TaskModel:
        """Return a copy whose containers also have these ports.

        In the network of a task, a port that has no mapping is reachable as well.
        """
        changed = {one.name: one for one in self.containers}
        for name, port in ports:
            container = changed[name]
            if port not in self.ports:
                changed[name] = container.replace(ports=(*container.ports, port))
        return self.with_containers(*changed.values())

    def with_containers(self, *changed: ContainerModel) -> TaskModel:
        """Return a copy in which the containers replace those of the same names."""
        others = {one.name: one for one in changed}
        containers = tuple(others.get(one.name, one) for one in self.containers)
        return replace(self, containers=containers)
