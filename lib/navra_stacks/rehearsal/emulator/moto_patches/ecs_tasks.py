"""Patches for ECS tasks that RunTask starts."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.models import Container, EC2ContainerServiceBackend, Task

from navra_stacks.rehearsal.emulator.exit_codes import exit_code_of
from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["run_tasks_to_their_end"]

STARTED = [("PROVISIONING", "RUNNING"), ("RUNNING", "STOPPED")]
"""The statuses of a task: each DescribeTasks changes it to the next. On AWS there are more."""

NOT_STARTED = [("PROVISIONING", "STOPPED")]
"""The statuses of a task whose containers do not start."""


def run_tasks_to_their_end() -> None:
    """Make RunTask accept each Fargate task definition, and let its tasks run and stop.

    moto requires `memory` of each container and DNS host names of the VPC, has only the first
    container of a task, and returns an exit code while the task is running. Remove this patch when
    moto does none of that and the exit code can be set.
    """
    # moto sets it only in a VPC with DNS host names.
    setattr(NetworkInterface, "private_dns_name", None)  # noqa: B010 - mypy rejects an assignment

    @around(EC2ContainerServiceBackend)
    def _calculate_task_resource_requirements(calculate: Any, definition: Any) -> Any:
        containers = definition.container_definitions
        definition.container_definitions = [_with_memory(container) for container in containers]
        try:
            return calculate(definition)
        finally:
            definition.container_definitions = containers

    name = _calculate_task_resource_requirements.__name__
    patched = staticmethod(getattr(EC2ContainerServiceBackend, name))
    setattr(EC2ContainerServiceBackend, name, patched)

    @around(Task)
    def __init__(create: Any, task: Any, *arguments: Any, **named: Any) -> None:
        create(task, *arguments, **named)
        definition = named["task_definition"] if "task_definition" in named else arguments[1]
        task.exit_code = exit_code_of(named["backend"], definition.family)
        task._transitions = NOT_STARTED if task.exit_code is None else STARTED
        task.last_status, _ = task._transitions[0]
        task.created_at = utcnow()
        task.cpu, task.memory = definition.cpu, definition.memory
        task.containers = [
            _container(task, definition, settings) for settings in definition.container_definitions
        ]

    @around(EC2ContainerServiceBackend)
    def describe_tasks(describe: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        tasks = describe(backend, *arguments, **named)
        for task in tasks:
            _update(task)
        return tasks


def _with_memory(container: Any) -> Any:
    limits = ("memory", "memoryReservation", "Memory", "MemoryReservation")
    return container if container.keys() & {*limits} else {**container, "memory": 0}


def _container(task: Any, definition: Any, settings: Any) -> Any:
    create: Any = Container  # mypy takes it for an abstract class
    container = create(definition)
    del container.exitCode
    container.task_arn = task.task_arn
    path = task.task_arn.replace(":task/", ":container/")
    container.container_arn = f"{path}/{settings['name']}"
    container.name = settings["name"]
    container.image = settings.get("image")
    container.health_status = "UNKNOWN"
    return container


def _update(task: Any) -> None:
    """Give the containers of a task the status of the task, and an exit code at its end."""
    status = task.last_status
    for container in task.containers:
        container.last_status = status
    if status == "RUNNING" and not hasattr(task, "started_at"):
        task.started_at = utcnow()
    if status != "STOPPED" or task.desired_status == "STOPPED":
        return
    task.desired_status = "STOPPED"
    task.stopped_at = utcnow()
    if task.exit_code is None:
        task.stop_code = "TaskFailedToStart"
        task.stopped_reason = "CannotPullContainerError: the image was not found"
        return
    task.stop_code = "EssentialContainerExited"
    task.stopped_reason = "Essential container in task exited"
    for container in task.containers:
        container.exit_code = task.exit_code
