"""Target groups of an Application Load Balancer, and their health checks."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["HealthCheck", "TargetGroup"]

_PATH = "/"
_INTERVAL = 30
_TIMEOUT = 5
_HEALTHY_THRESHOLD = 5
_UNHEALTHY_THRESHOLD = 2
_DEREGISTRATION_DELAY = 300


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """The health check of a target group.

    The defaults are those of AWS for a target group of an Application Load Balancer with targets of
    the type ``ip`` ("Health checks for Application Load Balancer target groups"). In a block
    ``health_check``, the provider has the default 3 for both thresholds: see `target_groups`.
    """

    enabled: bool = True
    """Whether targets are checked. A target that is not checked is healthy."""
    protocol: str = "HTTP"
    """``HTTP`` or ``HTTPS``."""
    port: int | None = None
    """The port to check; None for the port that receives the traffic (``traffic-port``)."""
    path: str = _PATH
    """The path of the request, with an optional query."""
    interval: int = _INTERVAL
    """Seconds between two checks of a target."""
    timeout: int = _TIMEOUT
    """Seconds without a response after which a check has failed."""
    healthy_threshold: int = _HEALTHY_THRESHOLD
    """Consecutive passed checks after which an unhealthy target is healthy."""
    unhealthy_threshold: int = _UNHEALTHY_THRESHOLD
    """Consecutive failed checks after which a target is unhealthy."""
    matcher: str = "200"
    """The statuses of a passed check, for example ``200``, ``200,301`` or ``200-299``."""

    def passes(self, status: int) -> bool:
        """Return True if a check with this status has passed."""
        for part in self.matcher.split(","):
            first, _, last = part.strip().partition("-")
            if int(first) <= status <= int(last or first):
                return True
        return False


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group, identified by its Terraform address."""

    address: str
    """The Terraform address, for example ``aws_lb_target_group.web``."""
    name: str
    """The name in AWS; the last part of the address if AWS or the provider creates the name."""
    port: int | None = None
    """The port on which targets receive traffic; None for a group whose targets are functions."""
    protocol: str = "HTTP"
    """``HTTP`` or ``HTTPS``: the protocol between the load balancer and the targets."""
    health_check: HealthCheck = field(default_factory=HealthCheck)
    deregistration_delay: int = _DEREGISTRATION_DELAY
    """Seconds in which a deregistered target completes its requests. AWS's default is 300."""
