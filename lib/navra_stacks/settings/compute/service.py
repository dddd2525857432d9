"""An ECS service: containers, size, task count, deployment, permissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import (
    TYPE_CHECKING,
    Annotated,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    TypedDict,
    Unpack,
)

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.capacity_provider import CapacityProviderStrategy
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.deployment import Deployment
from navra_stacks.settings.compute.egress import Egress
from navra_stacks.settings.compute.fargate_size import size_problems
from navra_stacks.settings.compute.health_check import HealthCheck
from navra_stacks.settings.compute.iam_permission import IamPermission
from navra_stacks.settings.compute.one_off_task import OneOffTask
from navra_stacks.settings.compute.sidecars import FireLens, OpenTelemetryCollector
from navra_stacks.settings.compute.writable_path import OwnedVolume
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import Name, WholeNumber, int_range

__all__ = ["Service", "VolumeInit"]


class VolumeInit(NamedTuple):
    """A container that gives a volume to the user of another container."""

    owner: Container
    """The container that mounts the volume and waits for `container` to succeed."""

    volume: OwnedVolume

    container: Container


def _volume_init(name: str, owner: Container, volume: OwnedVolume) -> Container:
    ids = owner.user_ids
    assert ids is not None  # `Container` requires it
    return Container(
        name=name,
        image=volume.init_image,
        command=("chown", "{}:{}".format(*ids), volume.path),
        read_only_root=True,
        essential=False,
    )


class Service(Settings):
    """An ECS service on Fargate with one task definition, optionally behind the load balancer."""

    former_names: ClassVar[Mapping[str, str]] = {
        "tasks": "one_off_tasks",
        "takes_traffic": "receives_traffic",
        "injected": "injected_secrets",
        "placed_containers": "containers_with_paths",
        "running_once": "for_one_off_task",
    }

    name: Name
    """The service's name within the environment, for example ``backend``."""

    container: Container
    """The main container, which receives the service's traffic."""

    sidecars: tuple[Container, ...] = ()
    """Further containers of the task; each must have a `name`."""

    cpu: WholeNumber
    """CPU units of a task (256, 512, 1024, 2048, 4096, 8192 or 16384; 1024 units are one vCPU)."""

    memory: WholeNumber
    """Memory of a task in MiB. For each CPU size, Fargate offers certain memory sizes."""

    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor architecture for which the images are built."""

    capacity: CapacityProviderStrategy | None = None
    """The division of the tasks between Fargate and Fargate Spot; None to run all tasks on
    Fargate."""

    ephemeral_storage_gib: Annotated[int, int_range(21, 200, "disk size", "GiB")] | None = None
    """Disk size of a task in GiB, 21-200; None for Fargate's default of 20."""

    desired_count: Annotated[int, int_range(0, 5000, "number of tasks")] = 1
    """The number of tasks, 0-5000; with autoscaling, only the initial number of tasks."""

    health_check: HealthCheck | None = None
    """The target group health check; required if the service receives traffic, and not allowed
    otherwise."""

    health_check_grace_seconds: Annotated[int, int_range(0, 2_147_483, "time", "seconds")] = 60
    """Time after the start of a task during which failed health checks are ignored, in seconds.
    It must be longer than the slowest start of a task."""

    deregistration_delay_seconds: Annotated[int, int_range(0, 3600, "time", "seconds")] = 30
    """Time that a deregistered target gets to complete requests in flight, 0-3600 seconds. ECS
    waits until the target is unused before it sends SIGTERM, so each deployment takes at least as
    long if connections stay open. Uploads, streams and WebSockets need more than the default."""

    deployed_by: Literal["terraform", "pipeline"] = "terraform"
    """Whether Terraform or a pipeline deploys new revisions of the service. With ``pipeline``,
    Terraform still registers task definitions, but does not change the revision that the service
    runs."""

    deployment: Deployment = Deployment()
    """The deployment strategy."""

    singleton: bool = False
    """True for a service of which two tasks must never run at the same time, for example a
    scheduler. It has one task at most, is never scaled, and a deployment stops the old task before
    it starts the new one."""

    autoscaling: Autoscaling | None = None
    """Autoscaling of the number of tasks. None means that the environment's
    `hardening.autoscaling` applies, or `desired_count` if both are None."""

    permissions: tuple[IamPermission, ...] = ()
    """IAM permissions for the service's code, granted to the task role; none by default."""

    egress: tuple[Egress, ...] = ()
    """Further destinations that the tasks connect to if egress is restricted."""

    telemetry: OpenTelemetryCollector | None = None
    """An OpenTelemetry collector as a sidecar; None for no collector."""

    log_router: FireLens | None = None
    """A FireLens sidecar that routes the logs of the other containers; None to send all logs to
    CloudWatch Logs."""

    one_off_tasks: tuple[OneOffTask, ...] = ()
    """Commands that run once with the service's image, manually or by a pipeline."""

    @property
    def containers(self) -> tuple[Container, ...]:
        """All containers of a task, the main container first."""
        return (*self._described_containers, *(one.container for one in self.volume_inits))

    @property
    def volume_inits(self) -> tuple[VolumeInit, ...]:
        """The containers that give each `OwnedVolume` to its user before its container starts."""
        owned = [
            (owner, volume)
            for owner in self._described_containers
            for volume in owner.owned_volumes
        ]
        return tuple(
            VolumeInit(owner, volume, _volume_init(f"init-{number}", owner, volume))
            for number, (owner, volume) in enumerate(owned, start=1)
        )

    @property
    def _described_containers(self) -> tuple[Container, ...]:
        generated = (self.telemetry, self.log_router)
        return (
            self.container,
            *self.sidecars,
            *(sidecar.container for sidecar in generated if sidecar is not None),
        )

    @property
    def containers_with_paths(self) -> tuple[tuple[str, Container], ...]:
        """The main container and the `sidecars`, each with its field path for error messages."""
        sidecars = enumerate(self.sidecars)
        return (
            ("container", self.container),
            *((f"sidecars.{sidecar.name or index}", sidecar) for index, sidecar in sidecars),
        )

    @property
    def injected_secrets(self) -> frozenset[str]:
        """The names of all secrets that are injected into containers of the service."""
        return frozenset(name for container in self.containers for name in container.secrets)

    @property
    def receives_traffic(self) -> bool:
        """True if the load balancer routes requests to the service."""
        return self.health_check is not None and self.container.port is not None

    @property
    def rollout(self) -> Deployment:
        """The deployment strategy, with the percentages of a singleton."""
        if not self.singleton:
            return self.deployment
        return Deployment.rolling(minimum_healthy_percent=0, maximum_percent=100)

    def container_name(self, container: Container) -> str:
        """Return the name of `container`; the service's name if the container has no name."""
        return container.name or self.name

    def volume_name(self, container: Container, volume: OwnedVolume) -> str:
        """Return the name of a volume of `container` in the task definition."""
        return f"{self.container_name(container)}-{slug(volume.path).replace('_', '-')}"

    def for_one_off_task(self, task: OneOffTask) -> Service:
        """Return the settings for the task definition of a one-off task.

        The main container is the only container. It has the command of `task`, and no port.
        """
        return self.replace(
            container=self.container.replace(
                command=task.command,
                not_secret=(
                    *(label for label in self.container.not_secret if "." not in label),
                    *task.not_secret,
                ),
                port=None,
                essential=True,
            ),
            sidecars=(),
            telemetry=None,
            log_router=None,
            health_check=None,
            one_off_tasks=(),
        )

    @rule
    def _check_size(self) -> Iterator[SettingsProblem]:
        yield from size_problems(self.cpu, self.memory)

    @rule
    def _check_containers(self) -> Iterator[SettingsProblem]:
        names = Counter(self.container_name(container) for container in self.containers)
        for name, count in names.items():
            if count > 1:
                yield SettingsProblem(
                    "sidecars",
                    f"{count} containers are named {name!r}",
                    "give each container a different name",
                )
        ports = Counter(c.port for c in self.containers if c.port is not None)
        for port, count in ports.items():
            if count > 1:
                yield SettingsProblem(
                    "sidecars",
                    f"{count} containers listen on port {port}",
                    "give each container a different port, because the containers of a task "
                    "share one network",
                )

    @rule
    def _check_volumes(self) -> Iterator[SettingsProblem]:
        # Within one container, `Container` checks the names.
        volumes = Counter(
            volume
            for container in self._described_containers
            for volume in {self.volume_name(container, one) for one in container.owned_volumes}
        )
        for volume, count in volumes.items():
            if count > 1:
                yield SettingsProblem(
                    "sidecars",
                    f"the writable_paths of {count} containers result in the volume name "
                    f"{volume!r}",
                    "rename one of these containers",
                )

    @rule
    def _check_tmpfs_sizes(self) -> Iterator[SettingsProblem]:
        total = sum(tmpfs.size_mib for one in self._described_containers for tmpfs in one.tmpfs)
        if total >= self.memory:
            yield SettingsProblem(
                "memory",
                f"{self.memory} MiB is not above the {total} MiB that the writable_paths of the "
                "containers can take",
                "raise memory, lower `size_mib` with Tmpfs(path=..., size_mib=...), or use an "
                "OwnedVolume, which is on disk",
            )

    @rule
    def _check_sidecar_tags(self) -> Iterator[SettingsProblem]:
        for index, sidecar in enumerate(self.sidecars):
            if sidecar.image.tag is None:
                yield SettingsProblem(
                    f"sidecars.{sidecar.name or index}.image.tag",
                    "is missing",
                    "set the tag of a specific version",
                )

    @rule
    def _check_essential(self) -> Iterator[SettingsProblem]:
        # ECS, "Task definition parameters": all tasks must have at least one essential container.
        if not any(container.essential for container in self.containers):
            yield SettingsProblem(
                "container.essential",
                "is False for every container, but a task needs at least one essential container",
                "set essential=True on one of the containers",
            )

    @rule
    def _check_port(self) -> Iterator[SettingsProblem]:
        if self.health_check is not None and self.container.port is None:
            yield SettingsProblem(
                "container.port", "is missing, but the service has a health check", "set the port"
            )

    @rule
    def _check_desired_count(self) -> Iterator[SettingsProblem]:
        scaling = self.autoscaling
        if (
            scaling is not None
            and not scaling.min_capacity <= self.desired_count <= scaling.max_capacity
        ):
            yield SettingsProblem(
                "desired_count",
                f"{self.desired_count} is outside the range of `autoscaling` "
                f"({scaling.min_capacity}-{scaling.max_capacity})",
                "set desired_count to a number in that range",
            )

    @rule
    def _check_singleton(self) -> Iterator[SettingsProblem]:
        if not self.singleton:
            return
        for field, is_wrong, why in (
            ("desired_count", self.desired_count > 1, f"{self.desired_count} tasks would run"),
            ("autoscaling", self.autoscaling is not None, "adds tasks"),
            (
                "deployment",
                self.deployment != Deployment(),
                "runs two revisions at the same time, or has no effect",
            ),
        ):
            if is_wrong:
                yield SettingsProblem(
                    field,
                    f"{why}, but the service is a singleton",
                    "remove the setting, or set singleton=False",
                )

    @rule
    def _check_egress(self) -> Iterator[SettingsProblem]:
        for egress, count in Counter((one.cidr, one.port) for one in self.egress).items():
            if count > 1:
                yield SettingsProblem(
                    "egress",
                    f"port {egress[1]} of {egress[0]} is listed {count} times",
                    "list each destination once",
                )
            elif egress == ("0.0.0.0/0", 443):
                yield SettingsProblem(
                    "egress", "lists HTTPS to every address, which is always allowed", "remove it"
                )

    @rule
    def _check_deployed_by(self) -> Iterator[SettingsProblem]:
        if self.deployment.shifts_traffic and self.deployed_by == "terraform":
            # terraform-provider-aws#45678.
            yield SettingsProblem(
                "deployed_by",
                f"'terraform' cannot deploy with the strategy {self.deployment.strategy!r}, "
                "because an apply does not alternate the target groups",
                "set deployed_by to 'pipeline', or use Deployment.rolling()",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: Unpack[ServiceChanges]) -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ServiceChanges(TypedDict, total=False):
        name: Name
        container: Container
        sidecars: tuple[Container, ...]
        cpu: WholeNumber
        memory: WholeNumber
        architecture: Literal["X86_64", "ARM64"]
        capacity: CapacityProviderStrategy | None
        ephemeral_storage_gib: int | None
        desired_count: int
        health_check: HealthCheck | None
        health_check_grace_seconds: int
        deregistration_delay_seconds: int
        deployed_by: Literal["terraform", "pipeline"]
        deployment: Deployment
        singleton: bool
        autoscaling: Autoscaling | None
        permissions: tuple[IamPermission, ...]
        egress: tuple[Egress, ...]
        telemetry: OpenTelemetryCollector | None
        log_router: FireLens | None
        one_off_tasks: tuple[OneOffTask, ...]
