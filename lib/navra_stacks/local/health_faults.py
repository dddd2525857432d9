"""The faults of a service whose target is not healthy, from the responses to its health checks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from navra_stacks.local.load_balancer.health_checks import check_target
from navra_stacks.local.load_balancer.target_group import HealthCheck
from navra_stacks.local.load_balancer.target_health import PRIVATE_IP, CheckResult, Target
from navra_stacks.local.verdict import Fault

__all__ = ["health_fault", "passes_check"]


def health_fault(
    check: HealthCheck, port: int, described_port: int, host: str | None, field: str
) -> Fault | None:
    """Return the fault of a target that fails its health checks.

    The path is requested as the load balancer does, with the address of the target as the host,
    and then with the host name of the environment.

    Args:
        check: The health check of the target group.
        port: The port on loopback at which the port of the container is published.
        described_port: The port of the container.
        host: The host name of the environment; None if it is not known.
        field: The path of the service in the settings, for example ``services.web``.

    Returns:
        The fault; None if the health check passes now.
    """
    result = _check(check, port, described_port, None)
    if result.passed:
        return None
    if result.kind == "timeout":
        return Fault(
            "health-timeout",
            f"GET {check.path} on port {described_port} has no response within {check.timeout} s",
            f"answer it without calls to other systems, or raise {field}.health_check."
            "timeout_seconds",
        )
    if result.status is None:
        return Fault(
            "not-listening",
            f"no HTTP server accepts connections on port {described_port} of the container",
            f"listen on 0.0.0.0:{described_port}, or set {field}.container.port to the port of the "
            "server",
        )
    answer = f"GET {check.path} is answered with {result.status}"
    if result.location:
        answer += f" and the location {result.location}"
    for name in _hosts(host, result.location):
        if _check(check, port, described_port, name).passed:
            return Fault(
                "health-host",
                f"{answer}, and only with the host {name} with {check.matcher}; the health checks "
                "of the load balancer have the address of the task as their host",
                "accept every host for the path of the health check in the application",
            )
    return Fault(
        "health-path",
        f"{answer}, not with {check.matcher}",
        f"set {field}.health_check.path to a path that is answered with {check.matcher}",
    )


def passes_check(check: HealthCheck, port: int) -> bool:
    """Return True if one health check passes on a port on loopback."""
    return _check(check, port, port, None).passed


def _hosts(host: str | None, location: str) -> Iterator[str]:
    """Yield the host names with which the path is requested again."""
    if host:
        yield host
    target = location.partition("://")[2].partition("/")[0]
    if target and target != host:
        yield target
    yield "localhost"


def _check(check: HealthCheck, port: int, described_port: int, host: str | None) -> CheckResult:
    """Return the result of one health check with a host; None for that of the load balancer."""
    target = Target("", "", "127.0.0.1", port, described_port, port, PRIVATE_IP)
    return asyncio.run(check_target(target, check, host))
