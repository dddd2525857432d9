"""One service of a run: its task, its targets, its result, and the diagnosis of its faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from navra_stacks.local.application import LocalService
from navra_stacks.local.engine import Engine
from navra_stacks.local.health_faults import health_fault
from navra_stacks.local.kernel_log import ended_for_memory
from navra_stacks.local.labels import Labels
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.load_balancer.target_group import HealthCheck, TargetGroup
from navra_stacks.local.load_balancer.target_health import Target
from navra_stacks.local.running_task import ContainerEnd, RunningTask, TaskInputs
from navra_stacks.local.shape_trials import Trial, shape_faults
from navra_stacks.local.task_model import ContainerModel, TaskModel
from navra_stacks.local.verdict import Fault, ServiceResult

__all__ = ["ServiceRun"]

_POLL_SECONDS = 0.1
_RUNNING_SECONDS = 5
"""The time after which a service without a target group and without a health command counts as
running."""

_SECONDS_WITHOUT_TARGETS = 60
_TRIAL_SECONDS = 20
"""The minimum time that a trial gets, since several run at the same time."""

_LOG_LINES = 10


class ServiceRun:
    """A service that runs in the engine.

    Args:
        engine: The engine.
        labels: The labels of the run.
        service: The service.
        inputs: The images, secrets and the network.
        balancers: The local load balancers.
        host: The host name of the environment; None if it is not known.
        report: A function that is called with each line of the progress and of the log.
    """

    def __init__(
        self,
        engine: Engine,
        labels: Labels,
        service: LocalService,
        inputs: TaskInputs,
        balancers: Sequence[LocalLoadBalancer],
        host: str | None,
        report: Callable[[str], None],
    ) -> None:
        self.service = service
        self.result = ServiceResult(service.name)
        self._engine = engine
        self._labels = labels
        self._inputs = inputs
        self._balancers = balancers
        self._host = host
        self._report = report
        self._trials = count(1)
        self._targets: list[tuple[LocalLoadBalancer, Target, TargetGroup, int]] = []
        self.task = RunningTask(engine, labels, service.name, service.task, inputs, self._log)

    @property
    def targets(self) -> tuple[tuple[LocalLoadBalancer, Target, TargetGroup, int], ...]:
        """The targets: the load balancer, the target, its group, and the port on loopback."""
        return tuple(self._targets)

    def run(self) -> ServiceResult:
        """Start the task, register its targets, and wait until it is healthy or has failed.

        Raises:
            EngineError: the engine rejects the network or the volumes.
        """
        self.task.start()
        for one in self.service.targets:
            for balancer in self._balancers:
                group = balancer.balancer.target_groups.get(one.target_group)
                if group is not None:
                    port = self.task.ports[one.port]
                    target = balancer.register(
                        group.address,
                        "127.0.0.1",
                        port,
                        self.service.name,
                        container_port=one.port,
                        health_port=self.task.ports.get(group.health_check.port or one.port),
                    )
                    self._targets.append((balancer, target, group, port))
        self.result.limit = self._limit()
        return self._wait()

    def _wait(self) -> ServiceResult:
        while True:
            seconds = time.monotonic() - self.task.started_at
            if self.task.ended.is_set():
                self._fail("stopped", seconds)
                return self.result
            if self._is_healthy(seconds):
                self.result.status = "healthy" if self._targets else "running"
                self.result.seconds = seconds
                return self.result
            if seconds > (self.result.limit or 0):
                self._fail("unhealthy", seconds)
                return self.result
            time.sleep(_POLL_SECONDS)

    def fail_later(self) -> None:
        """Record that the task of a healthy service has ended."""
        self._fail("stopped", time.monotonic() - self.task.started_at)

    def deregister(self) -> None:
        """Deregister the targets."""
        for balancer, target, _, _ in self._targets:
            balancer.deregister(target)
        self._targets.clear()

    def stop(self) -> None:
        """Stop the task with its stop timeouts, and report containers that had to be killed."""
        for stop in self.task.stop():
            if stop.was_killed:
                self.result.faults.append(
                    Fault(
                        "stop-timeout",
                        f"the container {stop.container.name} had not ended "
                        f"{stop.container.stop_seconds} s after SIGTERM, and was killed",
                        "end the program on SIGTERM (a shell as the first process does not pass "
                        f"signals on: start the program with exec), or raise {self._field}."
                        "container.stop_timeout_seconds",
                    )
                )

    @property
    def _field(self) -> str:
        return f"services.{self.service.name}"

    def _limit(self) -> float:
        """Return the time after which ECS replaces a task that is not healthy."""
        checks = [group.health_check for _, _, group, _ in self._targets]
        limits = [one.interval * one.unhealthy_threshold for one in checks]
        longest = max([self.service.grace_seconds, *limits])
        return float(longest or _SECONDS_WITHOUT_TARGETS)

    def _is_healthy(self, seconds: float) -> bool:
        if self.task.unhealthy():
            return False
        if self._targets:
            return all(
                balancer.state(target).status == "healthy"
                for balancer, target, _, _ in self._targets
            )
        has_command = any(one.health for one in self.service.task.containers)
        return has_command or seconds > _RUNNING_SECONDS

    def _fail(self, status: str, seconds: float) -> None:
        result = self.result
        result.status = "stopped" if status == "stopped" else "unhealthy"
        result.seconds = seconds
        end = self.task.end
        failed = end.container if end is not None else self._main
        result.log = tuple(self.task.lines(failed.name)[-_LOG_LINES:])
        self._report(f"{result.service} | {result.status} after {seconds:.1f} s: finding out why")
        result.faults += self._memory_faults()
        if not result.faults:
            result.faults += self._end_faults(end) if end is not None else self._health_faults()
        if not result.faults:
            result.faults.append(
                Fault(
                    "slow-start",
                    f"the first health check passed later than {result.limit:.0f} s after the "
                    "start",
                    f"raise {self._field}.health_check_grace_seconds, or start faster",
                )
            )

    @property
    def _main(self) -> ContainerModel:
        return self.service.task.container(self.service.main)

    def _memory_faults(self) -> list[Fault]:
        faults = []
        for container in self.service.task.containers:
            state = self._engine.state(self.task.container_name(container.name))
            if state is not None and (state.is_out_of_memory or ended_for_memory(state.id)):
                limit = container.memory or self.service.task.memory
                faults.append(
                    Fault(
                        "out-of-memory",
                        f"the kernel ended a process of the container {container.name}, which "
                        f"exceeded its {limit} MiB of memory",
                        f"raise {self._field}.memory, or start fewer workers",
                    )
                )
        return faults

    def _end_faults(self, end: ContainerEnd) -> list[Fault]:
        container = end.container
        log = self.task.lines(container.name)
        if any("exec format error" in line.lower() for line in (end.error, *log[-3:])):
            return [
                Fault(
                    "architecture",
                    f"the container {container.name} cannot be executed: its image has programs "
                    "of another architecture",
                    f"build the image for {self.service.task.architecture}",
                )
            ]
        if end.error:
            return [
                Fault(
                    "exit",
                    f"the container {container.name} could not be started: {end.error}",
                    f"correct {self._field}.container, or the image",
                )
            ]
        faults = self._shape_faults(container)
        if faults:
            return faults
        dependents = [
            one.name
            for one in self.service.task.containers
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
        return [
            Fault(
                "exit",
                f"the container {container.name} ended with {end.exit_code}",
                "its log has the reason",
            )
        ]

    def _health_faults(self) -> list[Fault]:
        """Return the faults of a task that runs and is not healthy."""
        found = [
            Fault(
                "health-command",
                f"the health command of the container {container.name} has not passed: "
                f"{' '.join(container.health.command)}",
                "run the command in the container to see why it fails",
            )
            for container in self.task.unhealthy()
            if container.health is not None
        ]
        for balancer, target, group, port in self._targets:
            if balancer.state(target).status == "healthy":
                continue
            check = group.health_check
            described = check.port or target.container_port
            port = self.task.ports.get(described, port)
            fault = health_fault(check, port, described, self._host, self._field)
            # A server that answers has started, so its shape is not the reason.
            if fault is not None and fault.kind in ("not-listening", "health-timeout"):
                found += self._shape_faults(self._main) or [fault]
            elif fault is not None:
                found.append(fault)
        return found

    def _shape_faults(self, container: ContainerModel) -> list[Fault]:
        return shape_faults(
            self.service.task, container, lambda task: self._try(task, container.name)
        )

    def _try(self, task: TaskModel, container: str) -> Trial:
        """Run a changed task until its targets pass one health check, or it ends or is too late."""
        name = f"{self.service.name}-trial-{next(self._trials)}"
        trial = RunningTask(self._engine, self._labels, name, task, self._inputs)
        try:
            trial.start()
            checks = [
                (trial.ports[group.health_check.port or one.port], group.health_check)
                for one in self.service.targets
                for balancer in self._balancers
                if (group := balancer.balancer.target_groups.get(one.target_group)) is not None
            ]
            passed = self._passes(trial, checks)
            return Trial(passed, trial.written_paths(container))
        finally:
            trial.remove()

    def _passes(self, trial: RunningTask, checks: Sequence[tuple[int, HealthCheck]]) -> bool:
        while not trial.ended.is_set():
            seconds = time.monotonic() - trial.started_at
            if seconds > max(self._limit(), _TRIAL_SECONDS):
                return False
            if not checks:
                if seconds > _RUNNING_SECONDS:
                    return not trial.unhealthy()
            elif all(
                health_fault(replace(check, timeout=2), port, 0, None, "") is None
                for port, check in checks
            ):
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def _log(self, container: ContainerModel, line: str) -> None:
        name = self.service.name
        prefix = name if container.name == name else f"{name}/{container.name}"
        self._report(f"{prefix} | {line}")
