"""Task counts of a service: the initial count, the minimum and the maximum."""

from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.service import Service

__all__ = ["initial_task_count", "maximum_task_count", "minimum_task_count"]


def initial_task_count(service: Service, autoscaling: Autoscaling | None) -> int:
    """Return the number of tasks with which a service is created.

    The number is the service's `desired_count`, limited to the range of `autoscaling`, so that
    autoscaling can be turned on for an environment without changes to its services. After the
    creation of the service, autoscaling manages the number of tasks.
    """
    if autoscaling is None:
        return service.desired_count
    return min(max(service.desired_count, autoscaling.min_capacity), autoscaling.max_capacity)


def minimum_task_count(service: Service, autoscaling: Autoscaling | None) -> int:
    """Return the minimum number of tasks at any time, including the minimums of all schedules.

    Without `autoscaling`, the minimum is the `desired_count`.
    """
    if autoscaling is None:
        return service.desired_count
    return min(
        [autoscaling.min_capacity, *(action.min_capacity for action in autoscaling.schedules)]
    )


def maximum_task_count(service: Service, autoscaling: Autoscaling | None) -> int:
    """Return the maximum number of tasks between deployments, including those of all schedules.

    Without `autoscaling`, the maximum is the `desired_count`.
    """
    if autoscaling is None:
        return service.desired_count
    return max(
        [autoscaling.max_capacity, *(action.max_capacity for action in autoscaling.schedules)]
    )
