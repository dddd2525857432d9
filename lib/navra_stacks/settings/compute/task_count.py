"""The number of tasks that a service is created with, and the fewest that it runs."""

from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.service import Service

__all__ = ["initial_count", "least_count"]


def initial_count(service: Service, autoscaling: Autoscaling | None) -> int:
    """How many tasks a service is created with.

    `desired_count`, brought into the range of autoscaling, which owns the count from then on. So
    an environment's autoscaling can be turned on without a word about the services.
    """
    if autoscaling is None:
        return service.desired_count
    return min(max(service.desired_count, autoscaling.min_capacity), autoscaling.max_capacity)


def least_count(service: Service, autoscaling: Autoscaling | None) -> int:
    """The fewest tasks that a service is ever meant to have, whatever the hour."""
    if autoscaling is None:
        return service.desired_count
    return min(
        [autoscaling.min_capacity, *(action.min_capacity for action in autoscaling.schedules)]
    )
