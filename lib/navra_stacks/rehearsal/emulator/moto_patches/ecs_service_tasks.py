"""Patches for the tasks of ECS services, which moto does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import around
from navra_stacks.rehearsal.emulator.service_deployments.history import histories
from navra_stacks.rehearsal.emulator.service_deployments.service_task import ServiceTask

__all__ = ["describe_tasks_of_services", "list_tasks_of_services"]


def list_tasks_of_services() -> None:
    """Make ListTasks list the tasks of services too, and use its filters.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html: the default of
    ``desiredStatus`` is RUNNING. moto ignores ``serviceName``.

    Remove this patch when moto's CreateService starts tasks.
    """

    @around(EC2ContainerServiceBackend)
    def list_tasks(
        _: Any,
        backend: Any,
        cluster_str: str = "default",
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desired_status: str | None = None,
    ) -> list[Any]:
        cluster = backend._get_cluster(cluster_str)
        group = None
        if service_name is not None:
            name = service_name.rpartition("/")[2]
            group = f"service:{backend._get_service(cluster_str, name).name}"
        wanted = {
            "cluster_arn": cluster.arn,
            "desired_status": desired_status or "RUNNING",
            "container_instance_arn": container_instance,
            "started_by": started_by,
            "group": group,
        }
        return [
            task
            for task in (*_service_tasks(backend), *_one_off_tasks(backend))
            if all(getattr(task, name, None) == value for name, value in wanted.items() if value)
            and family in (None, _family(task))
        ]


def describe_tasks_of_services() -> None:
    """Make DescribeTasks describe the tasks of services too, and return unknown tasks as failures.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html

    Remove this patch when moto's CreateService starts tasks.
    """

    @around(EC2ContainerServiceResponse)
    def describe_tasks(describe: Any, response: Any) -> Any:
        result = describe(response)
        names = {name.rpartition("/")[2]: name for name in response._get_param("tasks", [])}
        tasks, failures = result.result["tasks"], result.result["failures"]
        tasks += [task for task in _service_tasks(response.ecs_backend) if task.id in names]
        for task in tasks:
            names.pop(task.id, None)
        cluster = response.ecs_backend._get_cluster(response._get_param("cluster", "default"))
        path = cluster.arn.replace(":cluster/", ":task/")
        failures += [{"arn": f"{path}/{missing}", "reason": "MISSING"} for missing in names]
        return result


def _service_tasks(backend: Any) -> Iterator[ServiceTask]:
    for history in histories(backend):
        for revision in history.revisions:
            yield from revision.tasks


def _one_off_tasks(backend: Any) -> Iterator[Any]:
    for tasks in backend.tasks.values():
        yield from tasks.values()


def _family(task: Any) -> str:
    return str(task.task_definition_arn.rpartition("/")[2].partition(":")[0])
