"""One service of a run: its task, its targets and its result."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

from navra_stacks.errors import NavraError
from navra_stacks.local.application import LocalService
from navra_stacks.local.diagnosis import LIMIT_WITHOUT_TARGETS, RUNNING_SECONDS, Diagnosis
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.load_balancer.target_group import TargetGroup
from navra_stacks.local.load_balancer.target_health import Target
from navra_stacks.local.run_context import RunContext
from navra_stacks.local.running_task import RunningTask
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import ContainerModel
from navra_stacks.local.verdict import Fault, ServiceResult, ServiceStatus

__all__ = ["RegisteredTarget", "ServiceRun"]

_POLL_SECONDS = 0.1
_START_SECONDS = 180
"""The time in which a container must meet the conditions of those that wait for it. Source: ECS
API, ContainerDefinition, startTimeout on Fargate."""

_SLOW_SECONDS = (20, 60)
"""The minimum and the maximum of the additional time in which a slow start is recognised."""

_LOG_LINES = 10


class RegisteredTarget(NamedTuple):
    """A port of a task that receives requests."""

    balancer: LocalLoadBalancer

    target: Target

    group: TargetGroup

    @property
    def status(self) -> str:
        """The status of the target, for example ``healthy``."""
        return self.balancer.state(self.target).status


class ServiceRun:
    """A service that runs in the engine.

    Args:
        context: The run.
        service: The service.
        inputs: The images, secrets and the network.
        balancers: The local load balancers.
    """

    def __init__(
        self,
        context: RunContext,
        service: LocalService,
        inputs: TaskInputs,
        balancers: Sequence[LocalLoadBalancer],
    ) -> None:
        self.service = service
        self.result = ServiceResult(service.name)
        self.targets: list[RegisteredTarget] = []
        self._balancers = balancers
        self._report = context.report
        self._stopping = context.stopping
        self.task = RunningTask(
            context.engine, context.labels, service.name, service.task, inputs, self._log
        )
        self._diagnosis = Diagnosis(context, service, inputs, self.task, balancers)

    def run(self) -> None:
        """Start the task, register its targets, and wait until it is healthy or has failed."""
        try:
            self.task.start()
            self._register()
        except NavraError as error:
            self.result.faults.append(
                Fault(
                    "exit",
                    f"the task could not be started: {error}",
                    f"correct {self._field}, or the engine",
                )
            )
            return
        self.result.limit = self._limit()
        self._wait()

    def check_again(self) -> None:
        """Record a failure of a healthy service since then."""
        if self.result.status not in ("healthy", "running"):
            return
        if self.task.ended.is_set():
            self._fail("stopped")
            self.result.faults += self._diagnosis.later_faults()
        elif any(one.status != "healthy" for one in self.targets):
            self._fail("unhealthy")
            self.result.faults += self._diagnosis.health_faults(self._unhealthy_targets())

    def deregister(self) -> None:
        """Deregister the targets, so that no new requests reach the task."""
        for one in self.targets:
            one.balancer.deregister(one.target)

    def stop(self, at_once: threading.Event) -> None:
        """Stop the task with its stop timeouts, and report containers that had to be killed."""
        for stop in self.task.stop(at_once):
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

    def _register(self) -> None:
        for one in self.service.targets:
            for balancer in self._balancers:
                group = balancer.balancer.target_groups.get(one.target_group)
                if group is None:
                    continue
                target = balancer.register(
                    group.address,
                    "127.0.0.1",
                    self.task.ports[one.port],
                    self.service.name,
                    container_port=one.port,
                    health_port=self.task.ports.get(group.health_check.port or one.port),
                )
                self.targets.append(RegisteredTarget(balancer, target, group))

    def _wait(self) -> None:
        start = time.monotonic()
        limit = self.result.limit or 0
        while not self._stopping.is_set():
            if self.task.ended.is_set():
                self._fail("stopped")
                if not self.result.faults:  # an image of another architecture is a fault already
                    self.result.faults += self._diagnosis.start_faults(())
                return
            started = self.task.started.get(self.service.main)
            if started is None:
                if time.monotonic() - start > _START_SECONDS:
                    self._fail("unhealthy")
                    self.result.faults += self._diagnosis.waiting_faults()
                    return
            elif self._is_healthy(started):
                self.result.status = "healthy" if self.service.targets else "running"
                self.result.seconds = time.monotonic() - started
                return
            elif time.monotonic() - started > limit:
                self._fail("unhealthy")
                self._diagnose_unhealthy(started, limit)
                return
            time.sleep(_POLL_SECONDS)

    def _diagnose_unhealthy(self, started: float, limit: float) -> None:
        self.result.faults += self._diagnosis.memory_faults()
        if not self.result.faults and self._becomes_healthy(started, limit):
            self.result.faults.append(
                Fault(
                    "slow-start",
                    f"the service was healthy only {time.monotonic() - started:.0f} s after its "
                    f"start, and not within {limit:.0f} s",
                    f"raise {self._field}.health_check_grace_seconds, or start faster",
                )
            )
        elif not self.result.faults:
            self.result.faults += self._diagnosis.start_faults(self._unhealthy_targets())

    def _becomes_healthy(self, started: float, limit: float) -> bool:
        """Wait on, unless the health checks are answered with a wrong status."""
        least, most = _SLOW_SECONDS
        end = time.monotonic() + min(max(limit, least), most)
        while time.monotonic() < end and not self._stopping.is_set():
            if self.task.ended.is_set() or self._is_healthy(started):
                break
            results = [one.balancer.state(one.target).last_result for one in self.targets]
            if any(one is not None and one.kind == "status" for one in results):
                return False
            time.sleep(_POLL_SECONDS)
        return self._is_healthy(started) and not self.task.ended.is_set()

    def _limit(self) -> float:
        """Return the time after which ECS replaces a task that is not healthy."""
        checks = [one.group.health_check for one in self.targets]
        limits = [one.interval * one.unhealthy_threshold for one in checks]
        limits += [
            one.health.start_period + one.health.interval * one.health.retries
            for one in self.service.task.containers
            if one.health is not None and one.is_essential
        ]
        longest = max([self.service.grace_seconds, *limits])
        return float(longest or LIMIT_WITHOUT_TARGETS)

    def _is_healthy(self, started: float) -> bool:
        if self.task.unhealthy():
            return False
        if self.targets:
            return all(one.status == "healthy" for one in self.targets)
        has_command = any(one.health and one.is_essential for one in self.service.task.containers)
        return has_command or time.monotonic() - started > RUNNING_SECONDS

    def _unhealthy_targets(self) -> list[tuple[Target, TargetGroup]]:
        return [(one.target, one.group) for one in self.targets if one.status != "healthy"]

    def _fail(self, status: ServiceStatus) -> None:
        result, end = self.result, self.task.end
        started = self.task.started.get(self.service.main)
        result.status = status
        result.seconds = None if started is None else time.monotonic() - started
        failed = self.service.main if end is None else end.container.name
        result.log = tuple(self.task.lines(failed)[-_LOG_LINES:])
        self._report(f"{result.service} | {status}: finding out why")

    def _log(self, container: ContainerModel, line: str) -> None:
        name = self.service.name
        prefix = name if container.name == name else f"{name}/{container.name}"
        self._report(f"{prefix} | {line}")
