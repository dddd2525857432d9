"""The result of a run: the status of each service, and its faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from navra_stacks.local.route_requests import RouteResult

__all__ = ["Fault", "FaultKind", "LocalResult", "ServiceResult", "ServiceStatus"]

FaultKind = Literal[
    "architecture",
    "dependency",
    "exit",
    "health-command",
    "health-host",
    "health-path",
    "health-timeout",
    "image",
    "keep-alive",
    "low-port",
    "not-listening",
    "one-off-task",
    "out-of-memory",
    "read-only-path",
    "root-only",
    "secret-missing",
    "slow-start",
    "stop-timeout",
    "unwritable-path",
    "unwritable-volume",
]
"""The kinds of faults."""

ServiceStatus = Literal["healthy", "running", "unhealthy", "stopped", "not started"]
"""The status of a service. A service without a target group is ``running``."""


class Fault(NamedTuple):
    """What is wrong with a service, in terms of the settings."""

    kind: FaultKind

    message: str

    repair: str

    def as_json(self) -> dict[str, str]:
        """Return the fault as a JSON value."""
        return dict(self._asdict())


@dataclass(slots=True)
class ServiceResult:
    """The result of a service."""

    service: str

    status: ServiceStatus = "not started"

    seconds: float | None = None
    """The time from the start of the task until it was healthy, or until it was known not to be."""

    limit: float | None = None
    """The time in seconds after which ECS replaces a task that is not healthy."""

    faults: list[Fault] = field(default_factory=list)

    log: tuple[str, ...] = ()
    """The last lines of the log of a service that is not healthy."""

    @property
    def passed(self) -> bool:
        """True if the service is healthy and has no fault."""
        return self.status in ("healthy", "running") and not self.faults

    def changed(self, change: Callable[[str], str]) -> ServiceResult:
        """Return a copy whose texts are results of a function, for example without secrets."""
        faults = [Fault(one.kind, change(one.message), change(one.repair)) for one in self.faults]
        return replace(self, faults=faults, log=tuple(map(change, self.log)))

    def as_json(self) -> dict[str, Any]:
        """Return the result as a JSON value."""
        return {
            "service": self.service,
            "status": self.status,
            "seconds": None if self.seconds is None else round(self.seconds, 1),
            "limit_seconds": self.limit,
            "faults": [fault.as_json() for fault in self.faults],
            "log": list(self.log),
        }


@dataclass(slots=True)
class LocalResult:
    """The result of a run."""

    stack: str

    engine: str

    urls: dict[str, str]
    """The local URL of each listener, by its port in the document; for a further load balancer with
    the same port, by ``NAME:PORT``."""

    services: list[ServiceResult]

    routes: tuple[RouteResult, ...] = ()
    """The responses to one request for each path pattern, after a check."""

    differences: tuple[str, ...] = ()
    """What differs from Fargate in this run."""

    @property
    def passed(self) -> bool:
        """True if all services have passed, and have answered the requests."""
        routes = all(one.passed for one in self.routes)
        return routes and all(one.passed for one in self.services)

    def as_json(self) -> dict[str, Any]:
        """Return the result as a JSON value."""
        return {
            "stack": self.stack,
            "engine": self.engine,
            "passed": self.passed,
            "urls": dict(self.urls),
            "services": [one.as_json() for one in self.services],
            "routes": [one.as_json() for one in self.routes],
            "differences": list(self.differences),
        }
