"""Find out why a service failed, from what was observed and from trials."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

from navra_stacks.local.application import LocalService
from navra_stacks.local.container_end import ContainerEnd
from navra_stacks.local.engine import EngineError
from navra_stacks.local.health_faults import health_fault, passes_check
from navra_stacks.local.kernel_log import ended_for_memory
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.load_balancer.target_group import HealthCheck, TargetGroup
from navra_stacks.local.load_balancer.target_health import Target
from navra_stacks.local.run_context import RunContext
from navra_stacks.local.running_task import RunningTask
from navra_stacks.local.shape_trials import Trial, shape_faults
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import ContainerModel, TaskModel
from navra_stacks.local.verdict import Fault

__all__ = ["LIMIT_WITHOUT_TARGETS", "RUNNING_SECONDS", "Diagnosis"]

RUNNING_SECONDS = 5
"""The time after which a service without a target group and without a health command counts as
running."""

LIMIT_WITHOUT_TARGETS = 60
"""The time after which such a service has failed."""

_TRIAL_SECONDS = 20
"""The time that a trial gets."""

_POLL_SECONDS = 0.1


class Diagnosis:
    """The faults of a service.

    Args:
        context: The run.
        service: The service.
        inputs: The images, secrets and the network.
        task: The task that runs.
        balancers: The local load balancers.
    """

    def __init__(
        self,
        context: RunContext,
        service: LocalService,
        inputs: TaskInputs,
        task: RunningTask,
        balancers: Sequence[LocalLoadBalancer],
    ) -> None:
        self._context = context
        self._service = service
        self._inputs = inputs
        self._task = task
        self._balancers = balancers
        self._trials = count(1)

    def start_faults(self, unhealthy: Iterable[tuple[Target, TargetGroup]]) -> list[Fault]:
        """Return the faults of a service that did not become healthy.

        Args:
            unhealthy: The targets that are not healthy.
        """
        end = self._task.end
        faults = self.memory_faults()
        if not faults and end is not None:
            faults = self._end_faults(end)
        return faults or self.health_faults(unhealthy, with_trials=True)

    def later_faults(self) -> list[Fault]:
        """Return the faults of a service whose task has ended after it was healthy."""
        end = self._task.end
        faults = self.memory_faults()
        return faults if faults or end is None else [_exit_fault(end)]

    def waiting_faults(self) -> list[Fault]:
        """Return the faults of a service whose main container was not started."""
        waiting = [
            one for one in self._service.task.containers if one.name not in self._task.started
        ]
        return [
            Fault(
                "dependency",
                f"{one.name} was not started, because {', '.join(conditions)}",
                "correct the container that it waits for, or its depends_on",
            )
            for one in waiting[:1]
            if (
                conditions := [
                    f"{other.container} is not yet in the condition {other.condition}"
                    for other in one.depends_on
                ]
            )
        ]

    def memory_faults(self) -> list[Fault]:
        """Return a fault for each container of which the kernel ended a process."""
        faults = []
        for container in self._service.task.containers:
            state = self._context.engine.state(self._task.container_name(container.name))
            if state is not None and (state.is_out_of_memory or ended_for_memory(state.id)):
                limit = container.memory or self._service.task.memory
                faults.append(
                    Fault(
                        "out-of-memory",
                        f"the kernel ended a process of the container {container.name}, which "
                        f"exceeded its {limit} MiB of memory",
                        f"raise {self._field}.memory, or start fewer workers",
                    )
                )
        return faults

    def health_faults(
        self, unhealthy: Iterable[tuple[Target, TargetGroup]], *, with_trials: bool = False
    ) -> list[Fault]:
        """Return the faults of a task that runs and is not healthy.

        Args:
            unhealthy: The targets that are not healthy.
            with_trials: Run the task without its restrictions if it does not answer.
        """
        found = [
            Fault(
                "health-command",
                f"the health command of the container {container.name} has not passed: "
                f"{' '.join(container.health.command)}",
                "run the command in the container to see why it fails",
            )
            for container in self._task.unhealthy()
            if container.health is not None
        ]
        host = self._context.application.host
        for target, group in unhealthy:
            check = group.health_check
            described = check.port or target.container_port
            fault = health_fault(check, target.health_port, described, host, self._field)
            # A server that answers has started, so its shape is not the reason.
            if fault is not None and with_trials and fault.kind in _NO_ANSWER:
                found += self._shape_faults(self._main) or [fault]
            elif fault is not None:
                found.append(fault)
        return found

    @property
    def _field(self) -> str:
        return f"services.{self._service.name}"

    @property
    def _main(self) -> ContainerModel:
        return self._service.task.container(self._service.main)

    def _end_faults(self, end: ContainerEnd) -> list[Fault]:
        container = end.container
        log = self._task.lines(container.name)
        if any("exec format error" in line.lower() for line in (end.error, *log[-3:])):
            return [
                Fault(
                    "architecture",
                    f"the container {container.name} cannot be executed: its image has programs "
                    "of another architecture",
                    f"build the image for {self._service.task.architecture}",
                )
            ]
        if end.error:
            return [
                Fault(
                    "exit",
                    f"the container {container.name} {end.error}",
                    f"correct {self._field}.container, or the image",
                )
            ]
        faults = self._shape_faults(container)
        if faults:
            return faults
        dependents = [
            one.name
            for one in self._service.task.containers
            if any(other.container == container.name for other in one.depends_on)
        ]
        if not container.is_essential and dependents:
            return [
                Fault(
                    "dependency",
                    f"{', '.join(dependents)} did not start, because the container "
                    f"{container.name} ended with {end.exit_code}",
                    f"correct the container {container.name}: its log has the reason",
                )
            ]
        return [_exit_fault(end)]

    def _shape_faults(self, container: ContainerModel) -> list[Fault]:
        return shape_faults(
            self._service.task, container, lambda task: self._try(task, container.name)
        )

    def _try(self, task: TaskModel, container: str) -> Trial:
        """Run a changed task until its targets pass one health check, or it ends or is too late."""
        name = f"{self._service.name}-trial-{next(self._trials)}"
        trial = RunningTask(self._context.engine, self._context.labels, name, task, self._inputs)
        try:
            trial.start()
            checks = [
                (
                    trial.ports.get(group.health_check.port or one.port, trial.ports[one.port]),
                    group.health_check,
                )
                for one in self._service.targets
                for balancer in self._balancers
                if (group := balancer.balancer.target_groups.get(one.target_group)) is not None
            ]
            passed = self._passes(trial, checks)
            return Trial(passed, trial.written_paths(container))
        except EngineError:  # for example, there is no free port
            return Trial(False)
        finally:
            trial.remove()

    def _passes(self, trial: RunningTask, checks: Sequence[tuple[int, HealthCheck]]) -> bool:
        end = time.monotonic() + _TRIAL_SECONDS
        while not (trial.ended.is_set() or self._context.stopping.is_set()):
            started = trial.started.get(self._service.main)
            if time.monotonic() > end:
                return False
            if started is not None and not checks:
                if time.monotonic() - started > RUNNING_SECONDS:
                    return not trial.unhealthy()
            elif started is not None and all(
                passes_check(replace(check, timeout=2), port) for port, check in checks
            ):
                return True
            time.sleep(_POLL_SECONDS)
        return False


_NO_ANSWER = ("not-listening", "health-timeout")


def _exit_fault(end: ContainerEnd) -> Fault:
    how = end.error or f"ended with {end.exit_code}"
    return Fault("exit", f"the container {end.container.name} {how}", "its log has the reason")
