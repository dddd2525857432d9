"""A service: its containers, its health check, its size, and who deploys it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from navra_stacks.errors import Problem
from navra_stacks.naming import slug
from navra_stacks.settings.base import Settings, one_of, refuse, rule, shown
from navra_stacks.settings.capacity import FargateMix
from navra_stacks.settings.credentials import is_credential
from navra_stacks.settings.deployment import Autoscaling, Deployment
from navra_stacks.settings.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.one_off_task import OneOffTask
from navra_stacks.settings.scalars import (
    AccountId,
    EnvironmentVariableName,
    Name,
    Port,
    Region,
    between,
)

__all__ = ["Container", "EcrImage", "HealthCheck", "RegistryImage", "Service"]

_FARGATE_MEMORY: dict[int, range] = {
    256: range(512, 2048 + 1, 512),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}
"""Memory (MiB) that Fargate offers for each CPU size (ECS, "Fargate task size"). 256 CPU units
allow 512, 1024 and 2048 only; 1536 is taken out below."""


def _memory_sizes(cpu: int) -> list[int]:
    return [size for size in _FARGATE_MEMORY[cpu] if (cpu, size) != (256, 1536)]


def _listed(sizes: list[int]) -> str:
    if len(sizes) <= 4:
        return ", ".join(map(str, sizes))
    return f"{sizes[0]}-{sizes[-1]} in steps of {sizes[1] - sizes[0]}"


def _check_tag(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", value) is None:
        raise refuse(f"{value!r} is not an image tag", "use 1-128 letters, digits, _ . and -")
    if value == "latest":
        raise refuse(
            "'latest' changes what runs without a deployment", "name the version that is meant"
        )
    return value


def _check_repository(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*(:[0-9]+/[a-z0-9._/-]+)?", value) is None:
        raise refuse(
            f"{value!r} is not an image repository",
            "give it in lower case and without tag, digest or scheme; the tag has its own setting",
        )
    return value


def _check_path(value: str) -> str:
    if not value.startswith("/"):
        raise refuse(f"{value!r} does not start with a slash", f"did you mean {'/' + value!r}?")
    if len(value) > 1024 or re.search(r"\s", value):
        raise refuse(f"{shown(value)} is not a path", "use at most 1024 characters and no spaces")
    return value


def _check_matcher(value: str) -> str:
    written = re.fullmatch(r"[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*", value) is not None
    ranges = [part.partition("-") for part in value.split(",")] if written else []
    if not written or any(not 200 <= int(a) <= int(b or a) <= 499 for a, _, b in ranges):
        raise refuse(
            f"{value!r} is not a matcher", "use codes of 200-499: '200', '200,302', '200-299'"
        )
    return value


Tag = Annotated[str, AfterValidator(_check_tag)]
Repository = Annotated[str, AfterValidator(_check_repository)]
UrlPath = Annotated[str, AfterValidator(_check_path)]
Matcher = Annotated[str, AfterValidator(_check_matcher)]


class EcrImage(Settings):
    """An image in Amazon ECR, which the service's execution role may then pull."""

    repository: Repository
    """The repository's name, without registry and tag: ``aep-backend``."""

    tag: Tag | None = None
    """A fixed tag; where absent, Terraform asks for it in a variable at each plan, so that a
    pipeline deploys a version without editing Python."""

    account: AccountId | None = None
    """The account of the registry; the environment's where absent."""

    region: Region | None = None
    """The Region of the registry; the environment's where absent."""


class RegistryImage(Settings):
    """An image in a registry that needs no permission: ``public.ecr.aws/nginx/nginx``."""

    repository: Repository
    """Registry and repository, without tag."""

    tag: Tag | None = None
    """A fixed tag; where absent, Terraform asks for it in a variable at each plan."""


class HealthCheck(Settings):
    """How the load balancer decides that a task may take traffic."""

    path: UrlPath
    """The path that is asked, on the container's port."""

    interval_seconds: Annotated[int, between(5, 300, "an interval", "seconds")] = 15
    """Time between checks, 5-300 seconds."""

    timeout_seconds: Annotated[int, between(2, 120, "a timeout", "seconds")] = 5
    """Time for an answer, 2-120 seconds, below the interval."""

    healthy_threshold: Annotated[int, between(2, 10, "a threshold", "checks")] = 2
    """Good answers in a row that make a target healthy, 2-10."""

    unhealthy_threshold: Annotated[int, between(2, 10, "a threshold", "checks")] = 3
    """Bad answers in a row that make a target unhealthy, 2-10."""

    matcher: Matcher = "200"
    """HTTP codes of a good answer: ``200``, ``200,302``, ``200-299``."""

    @rule
    def _answers_in_time(self) -> Iterator[Problem]:
        if self.timeout_seconds >= self.interval_seconds:
            yield Problem(
                "timeout_seconds",
                f"{self.timeout_seconds} is not below interval_seconds {self.interval_seconds}",
                "lower the timeout",
            )


class Container(Settings):
    """One container of a task."""

    image: Annotated[EcrImage | RegistryImage, one_of(EcrImage, RegistryImage)]
    """Where the image comes from; never with the tag ``latest``."""

    name: Name | None = None
    """The container's name; a service's own container is named like the service where absent."""

    port: Port | None = None
    """The port that it listens on, 1-65535; None where it takes no traffic."""

    environment: FrozenMapping[EnvironmentVariableName, str] = Field(default=EMPTY, repr=False)
    """Plain variables. A value that looks like a credential is refused."""

    secrets: tuple[EnvironmentVariableName, ...] = ()
    """Secrets of the environment that are injected as variables of the same name."""

    command: tuple[str, ...] = ()
    """Replaces the image's command where given."""

    essential: bool = True
    """Whether the task stops when this container does."""

    stop_timeout_seconds: Annotated[int, between(2, 120, "a stop timeout", "seconds")] = 60
    """Time between the request to stop and the kill, 2-120 seconds (Fargate's limit). Longer than
    the target group's deregistration delay, so that requests in flight are answered."""

    user: str | None = None
    """User, or ``user:group``, that the container runs as; the image's own where absent."""

    read_only_root: bool = False
    """Whether the root file system is mounted read-only."""

    writable_paths: tuple[UrlPath, ...] = ()
    """Directories that get an empty volume, for an image that writes there."""

    @rule
    def _variables_are_distinct(self) -> Iterator[Problem]:
        for name, count in sorted(Counter(self.secrets).items()):
            if count > 1:
                yield Problem("secrets", f"{name!r} is given {count} times", "name it once")
        for name in sorted(set(self.environment) & set(self.secrets)):
            yield Problem(
                f"environment.{name}",
                "is also injected from a secret of that name",
                "keep one of the two",
            )

    @rule
    def _no_credentials(self) -> Iterator[Problem]:
        for name, value in sorted(self.environment.items()):
            if is_credential(value, name=name):
                yield Problem(
                    f"environment.{name}",
                    "looks like a credential (its value is not shown), which would end up in code, "
                    "plan and state",
                    "put the value into Secrets Manager and name it under `secrets`",
                )

        for index, argument in enumerate(self.command):
            if is_credential(argument):
                yield Problem(
                    f"command.{index}",
                    "looks like a credential (it is not shown), which would end up in code, plan "
                    "and state",
                    "have the command read it from a variable that is named under `secrets`",
                )

    @rule
    def _volumes_are_distinct(self) -> Iterator[Problem]:
        # A volume is named after its path, in which signs are folded.
        for volume, count in Counter(map(slug, self.writable_paths)).items():
            if count > 1 or not volume:
                yield Problem(
                    "writable_paths",
                    f"{count} paths make a volume named {volume!r}",
                    "name each directory once, and never the root",
                )

    @rule
    def _runs_as_somebody(self) -> Iterator[Problem]:
        if self.user is not None and self.user.partition(":")[0] in ("root", "0", ""):
            yield Problem("user", f"{self.user!r} is root or empty", "name another user, or none")


class Service(Settings):
    """An ECS service on Fargate: one task definition, so many tasks, perhaps behind the ALB."""

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

    capacity: FargateMix | None = None
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

    tasks: tuple[OneOffTask, ...] = ()
    """Commands that are run once, by hand or by a pipeline, in the image of the service."""

    @property
    def containers(self) -> tuple[Container, ...]:
        """All containers, the service's own first."""
        return (self.container, *self.sidecars)

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
            container=self.container.replace(command=task.command, port=None),
            sidecars=(),
            health_check=None,
            tasks=(),
        )

    @rule
    def _fargate_size(self) -> Iterator[Problem]:
        if self.cpu not in _FARGATE_MEMORY:
            sizes = ", ".join(map(str, _FARGATE_MEMORY))
            yield Problem("cpu", f"{self.cpu} is not a CPU size of Fargate ({sizes})")
        elif self.memory not in _memory_sizes(self.cpu):
            sizes_of_memory = _memory_sizes(self.cpu)
            nearest = min(sizes_of_memory, key=lambda size: abs(size - self.memory))
            yield Problem(
                "memory",
                f"{self.memory} MiB is not offered with {self.cpu} CPU units "
                f"({_listed(sizes_of_memory)})",
                f"the nearest is {nearest}",
            )

    @rule
    def _containers_fit_together(self) -> Iterator[Problem]:
        names = Counter(self.container_name(container) for container in self.containers)
        for name, count in names.items():
            if count > 1:
                yield Problem(
                    "sidecars", f"{count} containers are named {name!r}", "give each its own `name`"
                )
        ports = Counter(c.port for c in self.containers if c.port is not None)
        for port, count in ports.items():
            if count > 1:
                yield Problem(
                    "sidecars",
                    f"{count} containers listen on port {port}",
                    "the containers of a task share one network: give each its own port",
                )

    @rule
    def _sidecars_are_pinned(self) -> Iterator[Problem]:
        for index, sidecar in enumerate(self.sidecars):
            if sidecar.image.tag is None:
                yield Problem(
                    f"sidecars.{sidecar.name or index}.image.tag",
                    "is missing",
                    "pin the sidecar's version",
                )

    @rule
    def _drains_before_it_stops(self) -> Iterator[Problem]:
        stop = self.container.stop_timeout_seconds
        if self.container.port is not None and stop <= self.deregistration_delay_seconds:
            yield Problem(
                "container.stop_timeout_seconds",
                f"{stop} is not above deregistration_delay_seconds "
                f"{self.deregistration_delay_seconds}, so requests in flight are cut off",
                "shorten the delay, or give the container more time (120 at most)",
            )

    @rule
    def _is_checked(self) -> Iterator[Problem]:
        if self.health_check is not None and self.container.port is None:
            yield Problem(
                "container.port", "is missing, but there is a health check", "give the port"
            )

    @rule
    def _rolls(self) -> Iterator[Problem]:
        # ECS rounds the lower limit up and the upper limit down (ECS, "Rolling update").
        tasks, rolling = self.desired_count, self.deployment
        if rolling.strategy != "rolling" or tasks == 0 or rolling.problems():
            return
        least = -(-tasks * rolling.minimum_healthy_percent // 100)
        most = tasks * rolling.maximum_percent // 100
        if least >= most:
            yield Problem(
                "deployment",
                f"{rolling.minimum_healthy_percent} to {rolling.maximum_percent} percent of "
                f"{tasks} task{'s' if tasks != 1 else ''} is at least {least} and at most {most}, "
                "so none can be replaced and a deployment never finishes",
                "raise maximum_percent, or lower minimum_healthy_percent",
            )

    @rule
    def _scales_within_its_range(self) -> Iterator[Problem]:
        scaling = self.autoscaling
        if scaling is not None and not scaling.minimum <= self.desired_count <= scaling.maximum:
            yield Problem(
                "desired_count",
                f"{self.desired_count} is outside autoscaling's {scaling.minimum}-"
                f"{scaling.maximum}",
                "choose a number within the range",
            )

    @rule
    def _is_deployed_by_who_can(self) -> Iterator[Problem]:
        if self.deployment.shifts and self.deployed_by == "terraform":
            # terraform-provider-aws#45678.
            yield Problem(
                "deployed_by",
                f"'terraform' cannot deploy with {self.deployment.strategy!r}: an apply does not "
                "alternate the target groups",
                "let a 'pipeline' deploy, or use Deployment.rolling()",
            )
