"""Patches for ECS tasks that RunTask starts."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import Container, EC2ContainerServiceBackend, Task
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.container_images import image_digest, is_missing, pull_error
from navra_stacks.rehearsal.emulator.exit_codes import script_of
from navra_stacks.rehearsal.emulator.moto_patches.patching import around
from navra_stacks.rehearsal.emulator.task_logs import write_log

__all__ = ["run_tasks_once_for_each_token", "run_tasks_to_their_end"]

STATUSES = "PROVISIONING PENDING RUNNING DEPROVISIONING STOPPED".split()
"""The statuses of a task: each DescribeTasks changes it to the next. AWS has more, which last for
moments (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html).
"""

TOKENS = "run_task_tokens"
"""The attribute of moto's ECS backend with the tasks by client token."""

SIGKILL = 137
"""The exit code of a container that StopTask kills."""


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
        _prepare(task, definition)

    @around(EC2ContainerServiceBackend)
    def describe_tasks(describe: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        tasks = describe(backend, *arguments, **named)
        for task in tasks:
            _update(task)
        return tasks

    @around(EC2ContainerServiceBackend)
    def stop_task(stop: Any, backend: Any, cluster: str, name: str, reason: str) -> Any:
        identifier = name.rpartition("/")[2]
        tasks = backend.tasks.get(backend._get_cluster(cluster).name, {}).values()
        if not any(task.id == identifier for task in tasks):
            raise InvalidParameterException("The referenced task was not found.")
        task = stop(backend, cluster, name, reason)
        _stop(task, reason)
        return task


def run_tasks_once_for_each_token() -> None:
    """Make RunTask return the tasks of an earlier call with the same client token.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html: the same token with
    other parameters is a ConflictException.

    Remove this patch when moto's RunTask uses the client token.
    """

    @around(EC2ContainerServiceResponse)
    def run_task(run: Any, response: Any) -> Any:
        backend, token = response.ecs_backend, response._get_param("clientToken")
        request = json.dumps(response._get_params(), sort_keys=True, default=str)
        known = vars(backend).setdefault(TOKENS, {})
        if token is None or token not in known:
            result = run(response)
            known[token] = request, result.result["tasks"]
            return result
        earlier, tasks = known[token]
        if earlier != request:
            conflict: Any = ECSException("ConflictException", "The client token is already in use.")
            conflict.resource_ids = [task.task_arn for task in tasks]
            raise conflict
        return ActionResult({"tasks": tasks, "failures": []})


def _with_memory(container: Any) -> Any:
    limits = ("memory", "memoryReservation", "Memory", "MemoryReservation")
    return container if container.keys() & {*limits} else {**container, "memory": 0}


def _prepare(task: Any, definition: Any) -> None:
    """Give a new task the containers of its definition, and the statuses that it passes through."""
    task.script = script_of(task._backend, definition.family)
    task.missing_image = _missing_image(task.script.exit_code, definition)
    statuses = [status for status in STATUSES if status != "RUNNING" or not task.missing_image]
    if task.script.stops_at_once:
        statuses = [STATUSES[0], STATUSES[-1]]
    elif task.script.runs_until_stopped and not task.missing_image:
        statuses = STATUSES[:3]
    task._transitions = list(pairwise(statuses))
    task.last_status = statuses[0]
    task.created_at = utcnow()
    task.cpu, task.memory = definition.cpu, definition.memory
    task.definition = definition
    task.containers = [
        _container(task, definition, settings) for settings in definition.container_definitions
    ]


def _missing_image(exit_code: int | None, definition: Any) -> str:
    """Return the image because of which no container starts; empty if the containers start."""
    images = [str(container.get("image", "")) for container in definition.container_definitions]
    if exit_code is None:
        return images[0]
    return next((image for image in images if is_missing(image)), "")


def _container(task: Any, definition: Any, settings: Any) -> Any:
    create: Any = Container  # mypy takes it for an abstract class
    container = create(definition)
    del container.exitCode
    container.task_arn = task.task_arn
    path = task.task_arn.replace(":task/", ":container/")
    container.container_arn = f"{path}/{settings['name']}"
    container.name = settings["name"]
    container.image = settings.get("image")
    container.image_digest = image_digest(container.image or "")
    container.last_status = task.last_status
    container.health_status = "UNKNOWN"
    return container


def _update(task: Any) -> None:
    """Give the containers of a task the status of the task, and an exit code at its end."""
    status = task.last_status
    for container in task.containers:
        container.last_status = status
    if status == "RUNNING" and not hasattr(task, "started_at"):
        task.started_at = utcnow()
    if status in ("DEPROVISIONING", "STOPPED") and task.desired_status != "STOPPED":
        _end(task)
    if status == "STOPPED" and not hasattr(task, "stopped_at"):
        task.stopped_at = utcnow()
        _delete_network_interfaces(task)
        if not task.missing_image:
            _exit(task, task.script.exit_code)


def _end(task: Any) -> None:
    """Set why a task stops.

    Amazon ECS Developer Guide, "Amazon ECS stopped tasks error messages".
    """
    task.desired_status = "STOPPED"
    task.stopping_at = utcnow()
    if not (image := task.missing_image):
        task.stop_code = "EssentialContainerExited"
        task.stopped_reason = "Essential container in task exited"
        return
    task.stop_code = "TaskFailedToStart"
    task.stopped_reason = pull_error(image)
    for container in task.containers:
        if container.image == image:
            container.reason = task.stopped_reason


def _stop(task: Any, reason: str) -> None:
    """Stop a task because of a call of StopTask."""
    if hasattr(task, "stopped_at"):
        return
    task.stop_code, task.stopped_reason = "UserInitiated", reason
    task.stopping_at = task.stopped_at = utcnow()
    for container in task.containers:
        container.last_status = "STOPPED"
    _delete_network_interfaces(task)
    if hasattr(task, "started_at"):
        _exit(task, SIGKILL)


def _delete_network_interfaces(task: Any) -> None:
    """Delete the network interfaces of a task that has stopped, as Fargate does."""
    interfaces = ec2_backends[task._account_id][task.region_name]
    for attachment in task.attachments:
        for detail in attachment["details"]:
            if detail["name"] == "networkInterfaceId":
                interfaces.delete_network_interface(detail["value"])


def _exit(task: Any, exit_code: int) -> None:
    """Set the exit code of all containers, and write what the first essential one logged."""
    for container in task.containers:
        container.exit_code = exit_code
    write_log(task._account_id, task.region_name, task.definition, task.id, task.script.log_lines)
