"""How long a healthy deployment can take."""

from __future__ import annotations

from math import ceil

from navra_stacks.deploy.description import ServiceDescription

__all__ = ["most_batches", "timeout_seconds"]

PULL_SECONDS = 300
"""The time for the capacity and the image of a task. AWS documents no maximum; an assumption."""

MARGIN = 2
"""A deployment may take twice as long as it must: a task may fail, and is started again."""


def most_batches(tasks: int, *, minimum_percent: int, maximum_percent: int) -> int:
    """Return the largest number of batches in which a rolling deployment replaces the tasks.

    Each batch is as large as ECS allows. See Amazon ECS API Reference, "DeploymentConfiguration":
    the upper limit is rounded down, the lower limit up.

    Args:
        tasks: The largest number of tasks that the service may have; it may have fewer.
        minimum_percent: The lower limit of healthy tasks, in percent of the desired number.
        maximum_percent: The upper limit of running tasks, in percent of the desired number.
    """

    def batches(desired: int) -> int:
        size = desired * maximum_percent // 100 - ceil(desired * minimum_percent / 100)
        return ceil(desired / max(size, 1))

    return max(map(batches, range(1, tasks + 1)), default=1)


def timeout_seconds(service: ServiceDescription) -> int:
    """Return the time after which a deployment of a service is stopped, in seconds.

    It is twice the time that a batch of tasks may take to start, to become healthy and to be
    drained, for each batch, plus the time for the traffic shift, which is not doubled.
    """
    healthy = (
        0 if service.health is None else service.health.interval * service.health.healthy_threshold
    )
    start = PULL_SECONDS + service.grace_seconds + healthy
    end = service.deregistration_seconds + service.stop_seconds
    return MARGIN * service.batches * (start + end) + 60 * service.shift_minutes
