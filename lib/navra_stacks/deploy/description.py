"""The file ``deployment.json`` beside a document: the names and numbers that a deployment needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from navra_stacks.errors import NavraError, did_you_mean

__all__ = [
    "FILE_NAME",
    "DeploymentDescription",
    "HealthNumbers",
    "OneOffTaskDescription",
    "RequestHeader",
    "ServiceDescription",
]

FILE_NAME = "deployment.json"

FORMAT = 1
"""The version of the file's format. A command reads only files of its own version."""


@dataclass(frozen=True, slots=True)
class HealthNumbers:
    """The health check of a target group."""

    interval: int
    """The time between two checks, in seconds."""

    healthy_threshold: int
    """The number of successful checks after which a target is healthy."""

    matcher: str = "200"
    """The status codes of a successful check."""


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """A header of an HTTP request."""

    name: str

    value: str


@dataclass(frozen=True, slots=True)
class OneOffTaskDescription:
    """A command that runs before a deployment moves the service."""

    name: str

    family: str
    """The family of its task definition."""

    container: str
    """The name of the container whose exit code is the result."""


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """An ECS service, with the names and numbers that a deployment needs."""

    name: str
    """The name of the service in the settings."""

    service: str
    """The name of the ECS service."""

    family: str
    """The family of its task definition."""

    containers: tuple[str, ...]
    """The names of the containers whose image a deployment replaces, the main container first."""

    repository: str
    """The image repository of the main container, without registry in ECR."""

    architecture: str
    """The processor architecture of the tasks: ``X86_64`` or ``ARM64``."""

    deployed_by: Literal["terraform", "pipeline"]

    strategy: str
    """The deployment strategy: ``rolling``, ``blue_green``, ``linear`` or ``canary``."""

    log_group: str

    grace_seconds: int
    """The time after the start of a task during which failed health checks are ignored."""

    deregistration_seconds: int
    """The time that a deregistered target gets to complete requests."""

    stop_seconds: int
    """The time between SIGTERM and SIGKILL."""

    batches: int = 1
    """The largest number of batches in which a deployment replaces the tasks."""

    shift_minutes: int = 0
    """The time that a deployment waits while it shifts traffic, and in the bake time."""

    health: HealthNumbers | None = None
    """The numbers of the target group's health check; None for a service without traffic."""

    health_path: str | None = None
    """The health check path, if the load balancer routes it to the service."""

    test_header: RequestHeader | None = None
    """The header of the requests that reach the new revision before the traffic shift; None without
    test traffic.
    """

    one_off_tasks: tuple[OneOffTaskDescription, ...] = ()
    """The one-off tasks in the order in which they run."""

    preserved: tuple[str, ...] = ()
    """The settings that have no effect while the inventory preserves the live values."""


@dataclass(frozen=True, slots=True)
class DeploymentDescription:
    """An environment, with the names and numbers that a deployment needs. It contains no state."""

    stack: str

    account: str | None
    """The ID of the account; None if the settings contain none."""

    region: str

    cluster: str
    """The name of the ECS cluster."""

    host: str | None
    """The host name of the load balancer."""

    services: tuple[ServiceDescription, ...]
    """The services in the order in which they are deployed."""

    revision_tags: Mapping[str, str]
    """The tags of each task definition that Terraform registers. A deployment copies them."""

    def service(self, name: str) -> ServiceDescription:
        """Return the service with a name.

        Raises:
            NavraError: the environment has no such service.
        """
        for service in self.services:
            if service.name == name:
                return service
        names = [service.name for service in self.services]
        hint = did_you_mean(name, names, f"its services are {', '.join(names)}")
        raise NavraError(f"{self.stack} has no service {name!r}; {hint}")

    def to_json(self) -> str:
        """Return the content of the file; equal descriptions result in the same bytes."""
        return json.dumps({"format": FORMAT} | asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, path: Path) -> DeploymentDescription:
        """Read the file `path`.

        Raises:
            NavraError: the file does not exist, or has another format.
        """
        repair = "write it with `navra synth`"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NavraError(f"{path} does not exist; {repair}") from None
        except (OSError, ValueError) as error:
            raise NavraError(f"{path} cannot be read ({error}); {repair}") from None
        if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
            raise NavraError(f"{path} does not have the format {FORMAT} of this version; {repair}")
        try:
            services = tuple(_service(one) for one in content.pop("services"))
            return cls(services=services, **content)
        except (KeyError, TypeError, AttributeError) as error:
            raise NavraError(
                f"{path} is incomplete or has unknown fields ({error}); {repair}"
            ) from None


def _service(content: Mapping[str, Any]) -> ServiceDescription:
    health, header = content["health"], content["test_header"]
    values = {field.name: content[field.name] for field in fields(ServiceDescription)}
    if unknown := content.keys() - values.keys():
        raise TypeError(f"unknown: {', '.join(sorted(unknown))}")
    return ServiceDescription(
        **values
        | {
            "containers": tuple(content["containers"]),
            "preserved": tuple(content["preserved"]),
            "health": None if health is None else HealthNumbers(**health),
            "test_header": None if header is None else RequestHeader(**header),
            "one_off_tasks": tuple(
                OneOffTaskDescription(**task) for task in content["one_off_tasks"]
            ),
        }
    )
