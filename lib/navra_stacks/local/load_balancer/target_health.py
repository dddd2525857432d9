"""The health of a target, from the results of its health checks.

The rules are those of "Health checks for Application Load Balancer target groups": the first passed
check makes a new target healthy. Later, the thresholds of the target group decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from navra_stacks.local.load_balancer.target_group import HealthCheck

__all__ = ["PRIVATE_IP", "CheckResult", "HealthStatus", "Target", "TargetHealth", "TargetState"]

PRIVATE_IP = "10.0.0.10"
"""The address of a target in the ``Host`` header of health checks, in the form that tasks have in a
VPC. An application that accepts only its own host names rejects it here as in AWS."""

HealthStatus = str
"""``initial``, ``healthy``, ``unhealthy`` or ``draining``, as the ELB API reports it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target."""

    name: str
    """A name for messages, for example the name of the service."""
    target_group: str
    """The Terraform address of the target group."""
    host: str
    """The address on this machine where the target's ports are published."""
    port: int
    """The port on this machine where the target's traffic port is published."""
    container_port: int
    """The port on which the target receives traffic in AWS."""
    health_port: int
    """The port on this machine where the port of the health check is published."""
    private_ip: str
    """The address that the ``Host`` header of health checks has, as a task has it in AWS."""

    def health_host(self, check: HealthCheck) -> str:
        """Return the ``Host`` header of a health check."""
        return f"{self.private_ip}:{check.port or self.container_port}"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one health check."""

    kind: str
    """``passed``, ``status`` (a status that the matcher does not accept), ``refused``, ``timeout``,
    ``closed`` (before a response), ``malformed`` (not HTTP) or ``failed`` (another network error).
    """
    status: int | None = None
    """The status of the response, if there was one."""
    location: str = ""
    """The ``Location`` header of the response. Health checks do not follow redirects."""
    seconds: float = 0.0
    """Seconds until the result."""

    @property
    def passed(self) -> bool:
        """Whether the check has passed."""
        return self.kind == "passed"


@dataclass(frozen=True, slots=True)
class TargetState:
    """The health of a target at one time."""

    target: Target
    status: HealthStatus
    since: float
    """When the status was reached, in seconds of `time.monotonic`."""
    checks: int = 0
    """The number of completed checks."""
    last_result: CheckResult | None = None
    """The result of the last check; None before the first."""
    last_failure: CheckResult | None = None
    """The result of the last failed check; None if no check has failed."""
    healthy_after: float | None = None
    """Seconds from the registration until the target was healthy for the first time."""


class TargetHealth:
    """The health of one target, which changes with each result."""

    def __init__(self, target: Target, check: HealthCheck, now: float) -> None:
        """Create the health of a new target.

        Args:
            target: The target.
            check: The health check of its target group.
            now: The time of the registration, in seconds of `time.monotonic`.
        """
        self._check = check
        self._registered = now
        self._passed = 0
        self._failed = 0
        self._counted_failure = float("-inf")
        self.state = TargetState(target, "initial", now)
        if not check.enabled:
            self._become("healthy", now)

    def observe(self, result: CheckResult, now: float) -> bool:
        """Apply the result of a check.

        While a target is new, checks can be more frequent than the interval, but at most one failed
        check in each interval counts: the target is unhealthy as late as it would be in AWS.

        Args:
            result: The result.
            now: The time of the result, in seconds of `time.monotonic`.

        Returns:
            True if the status has changed.
        """
        before = self.state.status
        self.state = replace(
            self.state,
            checks=self.state.checks + 1,
            last_result=result,
            last_failure=self.state.last_failure if result.passed else result,
        )
        if before == "draining":
            return False
        if result.passed:
            self._passed, self._failed = self._passed + 1, 0
            required = 1 if before == "initial" else self._check.healthy_threshold
            if before != "healthy" and self._passed >= required:
                self._become("healthy", now)
        else:
            self._passed = 0
            if before != "initial" or now - self._counted_failure >= self._check.interval:
                self._failed += 1
                self._counted_failure = now
            if before != "unhealthy" and self._failed >= self._check.unhealthy_threshold:
                self._become("unhealthy", now)
        return self.state.status != before

    def drain(self, now: float) -> None:
        """Set the status of a deregistered target."""
        self._become("draining", now)

    def _become(self, status: HealthStatus, now: float) -> None:
        first = status == "healthy" and self.state.healthy_after is None
        self.state = replace(
            self.state,
            status=status,
            since=now,
            healthy_after=now - self._registered if first else self.state.healthy_after,
        )
