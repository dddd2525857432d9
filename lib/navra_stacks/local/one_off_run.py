"""Run the one-off tasks of a service before the service."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from navra_stacks.local.application import LocalService, OneOffTask
from navra_stacks.local.run_context import RunContext
from navra_stacks.local.running_task import RunningTask
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import ContainerModel
from navra_stacks.local.verdict import Fault, ServiceResult

__all__ = ["run_one_off_tasks"]

_LOG_LINES = 10


def run_one_off_tasks(
    context: RunContext,
    service: LocalService,
    inputs: Mapping[str, TaskInputs],
    result: ServiceResult,
    check: Callable[[], object],
) -> bool:
    """Run the one-off tasks of a service in order, until one fails.

    Args:
        context: The run.
        service: The service.
        inputs: The inputs of its tasks by family.
        result: The result of the service, to which a failure is added.
        check: A function that is called meanwhile, and whose exceptions end the tasks.

    Returns:
        True if all have succeeded, so that the service can start.
    """
    return all(
        _run(context, one, inputs[one.task.family], result, check) for one in service.one_off_tasks
    )


def _run(
    context: RunContext,
    one: OneOffTask,
    inputs: TaskInputs,
    result: ServiceResult,
    check: Callable[[], object],
) -> bool:
    name = f"{one.service}/{one.name}"
    context.report(f"{name}: starting the one-off task")

    def on_line(container: ContainerModel, line: str) -> None:
        context.report(f"{name} | {line}")

    start = time.monotonic()
    task = RunningTask(
        context.engine,
        context.labels,
        f"{one.service}-{one.name}",
        one.task,
        inputs,
        on_line,
    )
    try:
        task.start()
        end = task.wait(one.container, check)
    finally:
        task.remove()
    if end.exit_code == 0 and not end.error:
        context.report(f"{name}: succeeded after {time.monotonic() - start:.1f} s")
        return True
    result.log = tuple(task.lines(end.container.name)[-_LOG_LINES:])
    result.faults.append(
        Fault(
            "one-off-task",
            f"the one-off task {one.name} {end.error or f'ended with {end.exit_code}'}, so that "
            "the service was not started",
            "its log has the reason",
        )
    )
    return False
