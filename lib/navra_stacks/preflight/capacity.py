"""The Fargate capacity that an environment needs at its maximum, from its settings alone."""

from __future__ import annotations

from typing import NamedTuple

from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.compute.task_count import maximum_task_count
from navra_stacks.settings.environment import Environment

__all__ = ["FargateNeed", "fargate_need"]


class FargateNeed(NamedTuple):
    """The vCPUs of all tasks that can run at the same time, by kind of capacity."""

    on_demand: float

    spot: float


def fargate_need(environment: Environment) -> FargateNeed:
    """Return the vCPUs that the environment needs if all services are deployed at their maximum.

    A traffic shift runs all tasks of two revisions, and a rolling deployment up to
    `maximum_percent`. Each one-off task runs once. For a service with a capacity provider strategy,
    each number is the larger one that results from rounding.
    """
    on_demand = spot = 0.0
    for service in environment.services:
        vcpus = service.cpu / 1024
        tasks = maximum_task_count(service, environment.autoscaling_of(service))
        of_spot, of_fargate = _split(service, tasks)
        on_demand += vcpus * (_during_deployment(service, of_fargate) + len(service.one_off_tasks))
        spot += vcpus * _during_deployment(service, of_spot)
    return FargateNeed(on_demand, spot)


def _split(service: Service, tasks: int) -> tuple[int, int]:
    """Return the largest number of tasks on Fargate Spot and on Fargate."""
    strategy = service.capacity
    if strategy is None:
        return 0, tasks
    base = min(strategy.base, tasks)
    weights = strategy.spot_weight + strategy.fargate_weight
    others = tasks - base
    return (
        -(-others * strategy.spot_weight // weights),
        base - (-others * strategy.fargate_weight // weights),
    )


def _during_deployment(service: Service, tasks: int) -> int:
    # ECS API, DeploymentConfiguration, `maximumPercent`: rounded down to the nearest integer. It is
    # 200 for a traffic shift.
    return tasks * service.rollout.maximum_percent // 100
