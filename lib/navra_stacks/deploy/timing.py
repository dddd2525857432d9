"""How long a healthy deployment can take."""

from __future__ import annotations

from navra_stacks.deploy.description import ServiceDescription

__all__ = ["timeout_seconds"]

PULL_SECONDS = 300
"""The time for the capacity and the image of a task. AWS documents no maximum; an assumption."""

MARGIN = 2
"""A deployment may take twice as long as it must: tasks start in batches, and a task may fail."""


def timeout_seconds(service: ServiceDescription) -> int:
    """Return the time after which a deployment of a service is stopped, in seconds.

    It is the time that a task may take to start, to become healthy and to be drained, twice, and
    the time for the traffic shift, which is waited for exactly.
    """
    healthy = (
        0 if service.health is None else service.health.interval * service.health.healthy_threshold
    )
    start = PULL_SECONDS + service.grace_seconds + healthy
    end = service.deregistration_seconds + service.stop_seconds
    return MARGIN * (start + end) + 60 * service.shift_minutes
