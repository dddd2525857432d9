"""A service: its containers, its size, how many tasks run, and who deploys it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.capacity_provider import CapacityProviderStrategy
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.deployment import Deployment
from navra_stacks.settings.compute.fargate_size import size_problems
from navra_stacks.settings.compute.health_check import HealthCheck
from navra_stacks.settings.compute.iam_permission import IamPermission
from navra_stacks.settings.compute.one_off_task import OneOffTask
from navra_stacks.settings.compute.sidecars import FireLens, OpenTelemetryCollector
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import Name, between

__all__ = ["Service"]


class Service(Settings):
    """An ECS service on Fargate: one task definition, so many tasks, perhaps behind the ALB."""

    renamed_fields: ClassVar[Mapping[str, str]] = {"tasks": "one_off_tasks"}

    name: Name
    """The service's name inside the environment: ``backend``."""

    container: Container
    """The container that does the service's work and takes its traffic."""

    sidecars: tuple[Container, ...] = ()
    """Containers that run beside it; each needs a name."""

    cpu: int
    """CPU units of a task: 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 are one vCPU)."""

    memory: int
    """Memory of a task in MiB; what Fargate offers for the CPU size."""

    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor architecture that the images are built for."""

    capacity: CapacityProviderStrategy | None = None
    """Fargate Spot for a share of the tasks; Fargate alone where absent."""

    ephemeral_storage_gib: Annotated[int, between(21, 200, "a disk size", "GiB")] | None = None
    """Disk of a task in GiB, 21-200; Fargate's 20 where absent."""

    desired_count: Annotated[int, between(0, 5000, "a number of tasks")] = 1
    """How many tasks run."""

    health_check: HealthCheck | None = None
    """Needed where the service takes traffic."""

    health_check_grace_seconds: Annotated[int, between(0, 2_147_483, "a time", "seconds")] = 60
    """Time in which a starting task is not killed for failing checks, in seconds; longer than the
    slowest start."""

    deregistration_delay_seconds: Annotated[int, between(0, 3600, "a time", "seconds")] = 30
    """Time that a leaving target gets to answer what it has begun, 0-3600 seconds."""

    deployed_by: Literal["terraform", "pipeline"] = "terraform"
    """Who moves the service to a new revision. With ``pipeline`` Terraform still registers task
    definitions, but never changes the one that the service runs."""

    deployment: Deployment = Deployment()
    """How a new revision takes over."""

    autoscaling: Autoscaling | None = None
    """How the number of tasks follows the load. None leaves it to the environment's
    `hardening.autoscaling`, and to `desired_count` where that is None too."""

    permissions: tuple[IamPermission, ...] = ()
    """What the service's code may do in AWS; nothing where absent."""

    telemetry: OpenTelemetryCollector | None = None
    """An OpenTelemetry collector beside the service."""

    log_router: FireLens | None = None
    """A FireLens container that routes the logs of the others; None keeps CloudWatch Logs."""

    one_off_tasks: tuple[OneOffTask, ...] = ()
    """Commands that are run once, by hand or by a pipeline, in the image of the service."""

    @property
    def containers(self) -> tuple[Container, ...]:
        """All containers, the service's own first."""
        made = (self.telemetry, self.log_router)
        return (
            self.container,
            *self.sidecars,
            *(one.container for one in made if one is not None),
        )

    @property
    def placed_containers(self) -> tuple[tuple[str, Container], ...]:
        """Every container with its place, as an error names it."""
        beside = enumerate(self.sidecars)
        return (
            ("container", self.container),
            *((f"sidecars.{sidecar.name or index}", sidecar) for index, sidecar in beside),
        )

    @property
    def injected(self) -> frozenset[str]:
        """The names of the secrets that any of its containers has injected."""
        return frozenset(name for container in self.containers for name in container.secrets)

    @property
    def takes_traffic(self) -> bool:
        """Whether the load balancer leads to it."""
        return self.health_check is not None and self.container.port is not None

    def container_name(self, container: Container) -> str:
        """The name of one of the service's containers."""
        return container.name or self.name

    def running_once(self, task: OneOffTask) -> Service:
        """The service as the task definition of a one-off task sees it.

        Its own container alone, which runs the task's command and takes no traffic.
        """
        return self.replace(
            container=self.container.replace(command=task.command, port=None, essential=True),
            sidecars=(),
            telemetry=None,
            log_router=None,
            health_check=None,
            one_off_tasks=(),
        )

    @rule
    def _fargate_size(self) -> Iterator[SettingsProblem]:
        yield from size_problems(self.cpu, self.memory)

    @rule
    def _containers_fit_together(self) -> Iterator[SettingsProblem]:
        names = Counter(self.container_name(container) for container in self.containers)
        for name, count in names.items():
            if count > 1:
                yield SettingsProblem(
                    "sidecars", f"{count} containers are named {name!r}", "give each its own `name`"
                )
        ports = Counter(c.port for c in self.containers if c.port is not None)
        for port, count in ports.items():
            if count > 1:
                yield SettingsProblem(
                    "sidecars",
                    f"{count} containers listen on port {port}",
                    "the containers of a task share one network: give each its own port",
                )

    @rule
    def _sidecars_are_pinned(self) -> Iterator[SettingsProblem]:
        for index, sidecar in enumerate(self.sidecars):
            if sidecar.image.tag is None:
                yield SettingsProblem(
                    f"sidecars.{sidecar.name or index}.image.tag",
                    "is missing",
                    "pin the sidecar's version",
                )

    @rule
    def _stops_with_a_container(self) -> Iterator[SettingsProblem]:
        # ECS, "Task definition parameters": all tasks have at least one essential container.
        if not any(container.essential for container in self.containers):
            yield SettingsProblem(
                "container.essential",
                "is off, and so it is for every sidecar, but a task must stop with one of them",
                "leave it out",
            )

    @rule
    def _drains_before_it_stops(self) -> Iterator[SettingsProblem]:
        stop = self.container.stop_timeout_seconds
        if self.takes_traffic and stop <= self.deregistration_delay_seconds:
            yield SettingsProblem(
                "container.stop_timeout_seconds",
                f"{stop} is not above deregistration_delay_seconds "
                f"{self.deregistration_delay_seconds}, so requests in flight are cut off",
                "shorten the delay, or give the container more time (120 at most)",
            )

    @rule
    def _is_checked(self) -> Iterator[SettingsProblem]:
        if self.health_check is not None and self.container.port is None:
            yield SettingsProblem(
                "container.port", "is missing, but there is a health check", "give the port"
            )

    @rule
    def _scales_within_its_range(self) -> Iterator[SettingsProblem]:
        scaling = self.autoscaling
        if (
            scaling is not None
            and not scaling.min_capacity <= self.desired_count <= scaling.max_capacity
        ):
            yield SettingsProblem(
                "desired_count",
                f"{self.desired_count} is outside autoscaling's {scaling.min_capacity}-"
                f"{scaling.max_capacity}",
                "choose a number within the range",
            )

    @rule
    def _is_deployed_by_who_can(self) -> Iterator[SettingsProblem]:
        if self.deployment.shifts and self.deployed_by == "terraform":
            # terraform-provider-aws#45678.
            yield SettingsProblem(
                "deployed_by",
                f"'terraform' cannot deploy with {self.deployment.strategy!r}: an apply does not "
                "alternate the target groups",
                "let a 'pipeline' deploy, or use Deployment.rolling()",
            )
