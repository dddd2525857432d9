"""One request for each path pattern of each listener rule, through the local load balancer."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from navra_stacks.local.application import LocalService
from navra_stacks.local.load_balancer.example_requests import ExampleRequest, example_requests
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer

__all__ = ["RouteResult", "request_routes"]

_TIMEOUT_SECONDS = 30
_OF_THE_LOAD_BALANCER = (502, 503, 504)
"""The statuses with which a load balancer answers for a target that does not."""


class RouteResult(NamedTuple):
    """The response to a request."""

    listener: int
    """The port of the listener in the document."""

    method: str

    path: str

    host: str
    """The host of the request; empty if the rule accepts every host."""

    service: str
    """The service to which the rule routes the request."""

    status: int | None
    """The status of the response; None without a response."""

    @property
    def passed(self) -> bool:
        """True if the service has answered, with whatever status."""
        return self.status is not None and self.status not in _OF_THE_LOAD_BALANCER

    def as_json(self) -> dict[str, Any]:
        """Return the result as a JSON value."""
        return {**self._asdict(), "passed": self.passed}

    def __str__(self) -> str:
        """Return for example ``GET /api/ -> backend: 404``."""
        url = f"{self.host}{self.path}"
        return f"{self.method} {url} -> {self.service}: {self.status or 'no response'}"


def request_routes(
    balancer: LocalLoadBalancer, services: Sequence[LocalService], ports: Mapping[int, int]
) -> Iterator[RouteResult]:
    """Yield the response to one request for each path pattern that routes to a service.

    Args:
        balancer: The load balancer.
        services: The services that run.
        ports: The local port of each listener by its port in the document.
    """
    owners = {
        target.target_group: service.name for service in services for target in service.targets
    }
    for example in example_requests(balancer.balancer):
        service = owners.get(example.target_group)
        if service is not None:
            request = example.request
            status = _status(example, ports[example.listener_port])
            yield RouteResult(
                listener=example.listener_port,
                method=request.method,
                path=request.path,
                host=request.host,
                service=service,
                status=status,
            )


def _status(example: ExampleRequest, port: int) -> int | None:
    request = example.request
    target = f"{request.path}?{request.query}" if request.query else request.path
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request(request.method, target, headers=dict(request.headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
