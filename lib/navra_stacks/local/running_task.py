"""The containers of one task in the engine: start, dependencies, end, and stop."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from navra_stacks.errors import NavraError
from navra_stacks.local.container_end import ContainerEnd, Stop
from navra_stacks.local.container_options import (
    container_options,
    pause_options,
    secret_options,
)
from navra_stacks.local.engine import ContainerState, Engine, EngineError
from navra_stacks.local.labels import Labels
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import ContainerModel, Dependency, TaskModel

__all__ = ["RunningTask"]

_POLL_SECONDS = 0.1
_KILL_SECONDS = 10
_PORT_ATTEMPTS = 5
_FIRST_CHECK_SECONDS = 0.5
"""The time between two health checks of a container that has not been healthy. ECS uses the
interval from the beginning."""
_KEPT_LINES = 400
"""The number of lines of a log that the diagnosis reads."""


class RunningTask:
    """A task in the engine.

    Args:
        engine: The engine.
        labels: The labels of all objects of the run.
        name: The name of the task, unique in the run.
        task: The description.
        inputs: The images, secrets and the network.
        on_line: A function that is called with a container and each line of its log.
    """

    def __init__(
        self,
        engine: Engine,
        labels: Labels,
        name: str,
        task: TaskModel,
        inputs: TaskInputs,
        on_line: Callable[[ContainerModel, str], None] = lambda container, line: None,
    ) -> None:
        self.task = task
        self.name = name
        self.ports: dict[int, int] = {}
        """The ports on loopback by the ports of the containers."""
        self.started: dict[str, float] = {}
        """The monotonic time at which each container was started."""
        self.ended = threading.Event()
        """Set when an essential container has ended, or one could not be started."""
        self.end: ContainerEnd | None = None
        """The end of the container that ended the task."""
        self._engine = engine
        self._labels = labels
        self._inputs = inputs
        self._on_line = on_line
        self._ends: dict[str, ContainerEnd] = {}
        self._lines: dict[str, list[str]] = {one.name: [] for one in task.containers}
        self._healthy: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._is_stopping = False
        self._volumes = {
            one.name: labels.name(name, one.name) for one in task.volumes if one.shared is None
        }
        # Other containers have names of two parts.
        self._pause = labels.name(name, "pause", "network")

    def start(self) -> None:
        """Create the network of the task, and start the containers in the background.

        Raises:
            EngineError: the engine rejects the network or the volumes.
        """
        for volume in self._volumes.values():
            self._engine.run("volume", "create", *self._labels.options, volume)
        self._start_pause()
        if self.task.ports:
            self.ports = self._engine.ports(self._pause)
        self._in_background(self._start_containers)

    def lines(self, container: str) -> list[str]:
        """Return the last lines of the log of a container."""
        return list(self._lines[container])

    def container_name(self, container: str) -> str:
        """Return the name of a container in the engine."""
        return self._labels.name(self.name, container)

    def wait(self, container: str, check: Callable[[], object] = lambda: None) -> ContainerEnd:
        """Wait until a container or the task has ended, and return the end.

        Args:
            container: The name of the container.
            check: A function that is called meanwhile, and whose exceptions end the wait.
        """
        while container not in self._ends and not self.ended.is_set():
            check()
            time.sleep(_POLL_SECONDS)
        end = self._ends.get(container) or self.end
        if end is None:
            raise EngineError(f"the task {self.name} was removed")
        return end

    def unhealthy(self) -> list[ContainerModel]:
        """Return the essential containers whose health command has not passed.

        The others do not count. Source: Amazon ECS Developer Guide, "Determine Amazon ECS task
        health using container health checks".
        """
        return [
            one
            for one in self.task.containers
            if one.health and one.is_essential and one.name not in self._healthy
        ]

    def stop(self, at_once: threading.Event) -> list[Stop]:
        """Stop the containers with their stop timeouts, dependents first, and return their ends.

        Args:
            at_once: Containers are killed when this event is set.
        """
        self._is_stopping = True
        stops: list[Stop] = []
        running = [
            one
            for one in self.task.containers
            if one.name in self.started and one.name not in self._ends
        ]
        while running:
            required = {other.container for one in running for other in one.depends_on}
            last = [one for one in running if one.name not in required]
            with ThreadPoolExecutor(max_workers=len(last)) as pool:
                stops += pool.map(lambda one: self._stop(one, at_once), last)
            running = [one for one in running if one not in last]
        return stops

    def remove(self) -> None:
        """Remove all containers and volumes of the task."""
        self._is_stopping = True
        names = [self.container_name(one.name) for one in self.task.containers]
        self._engine.remove("container", names)
        # Podman removes containers at the same time, and does not remove one whose network others
        # still use.
        self._engine.remove("container", [self._pause])
        self._engine.remove("volume", self._volumes.values())
        self.ended.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def written_paths(self, container: str) -> dict[str, bool]:
        """Return the paths of the root file system that a container has changed.

        The value is True for a path that it has added.
        """
        return self._engine.written_paths(self.container_name(container))

    def _start_pause(self) -> None:
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            try:
                self._engine.run(
                    "run",
                    "--detach",
                    f"--name={self._pause}",
                    f"--network={self._inputs.network}",
                    *self._labels.options,
                    *pause_options(
                        self._engine.dialect,
                        self.task,
                        self._volumes,
                        host_address=self._inputs.host_address,
                    ),
                    self._inputs.pause_image,
                )
            except EngineError as error:
                # Another process has taken the free port that the engine had found.
                if "address already in use" not in str(error) or attempt == _PORT_ATTEMPTS:
                    raise
                self._engine.remove("container", [self._pause])
            else:
                return

    def _stop(self, container: ContainerModel, at_once: threading.Event) -> Stop:
        name = self.container_name(container.name)
        start = time.monotonic()
        was_sent = False
        while container.name not in self._ends:
            was_sent = was_sent or self._engine.kill(name)
            if at_once.is_set() or time.monotonic() - start > container.stop_seconds:
                break
            time.sleep(_POLL_SECONDS)
        was_late = container.name not in self._ends
        seconds = time.monotonic() - start
        while (
            container.name not in self._ends and time.monotonic() - start < seconds + _KILL_SECONDS
        ):
            self._engine.kill(name, "SIGKILL")
            time.sleep(_POLL_SECONDS)
        return Stop(container, seconds, was_late and not at_once.is_set())

    def _start_containers(self) -> None:
        try:
            for container in self.task.containers:
                for dependency in container.depends_on:
                    if not self._is_met(dependency):
                        return
                if self._is_stopping or self.ended.is_set():
                    return
                self._start(container)
        except NavraError as error:
            reason = f"could not be started: {error}"
            self._finish(ContainerEnd(container, -1, False, "", reason))

    def _is_met(self, dependency: Dependency) -> bool:
        """Wait for a dependency, and return False if the task ends before it is met."""
        name, condition = dependency.container, dependency.condition
        while not self._is_stopping:
            end = self._ends.get(name)
            if condition == "START" and name in self.started:
                return True
            if condition == "HEALTHY" and name in self._healthy:
                return True
            if end is not None:
                if condition == "COMPLETE" or (condition == "SUCCESS" and end.exit_code == 0):
                    return True
                self._finish(end)
                return False
            if self.ended.is_set():
                return False
            time.sleep(_POLL_SECONDS)
        return False

    def _start(self, container: ContainerModel) -> None:
        name = self.container_name(container.name)
        secrets = self._inputs.secrets.get(container.name, {})
        entry_point = container.entry_point or ()
        self._engine.run(
            "create",
            f"--name={name}",
            f"--network=container:{self._pause}",
            *self._labels.options,
            *container_options(
                self._engine.dialect,
                self.task,
                container,
                self._volumes,
                directories=self._inputs.directories,
                platform=self._inputs.platform,
            ),
            *self._inputs.files,
            *secret_options(secrets),
            self._inputs.images[container.name],
            *entry_point[1:],
            *(container.command or ()),
            environment=secrets,
        )
        if self._is_stopping:
            # The removal did not find the container yet.
            self._engine.remove("container", [name])
            return
        process, output = self._engine.attach(name)
        self.started[container.name] = time.monotonic()
        self._in_background(self._follow, container, process, output)
        if container.health is not None:
            self._in_background(self._check_health, container)

    def _follow(
        self, container: ContainerModel, process: subprocess.Popen[bytes], output: IO[bytes]
    ) -> None:
        """Pass on the log of a container, and record its end."""
        lines = self._lines[container.name]
        with output:
            for written in output:
                line = written.decode(errors="replace").rstrip("\r\n")
                lines.append(line)
                del lines[:-_KEPT_LINES]
                self._on_line(container, line)
        process.wait()
        try:
            end = self._end_of(container)
        except EngineError as error:
            end = ContainerEnd(container, -1, False, "", f"is lost: {error}")
        self._ends[container.name] = end
        if container.is_essential or end.error:
            self._finish(end)

    def _end_of(self, container: ContainerModel) -> ContainerEnd:
        state = self._final_state(container)
        if state is None:
            return ContainerEnd(container, -1, False, "", "was removed from the engine")
        error = ""
        if state.status in ("created", "configured", "initialized"):
            lines = self._lines[container.name]
            error = (
                f"could not be started: {lines[-1] if lines else 'the engine reports no reason'}"
            )
        return ContainerEnd(container, state.exit_code, state.is_out_of_memory, state.id, error)

    def _final_state(self, container: ContainerModel) -> ContainerState | None:
        """Return the state after the end; None if the container was removed.

        Podman records it a moment after the last output. The process that follows the container can
        end before the container.
        """
        name = self.container_name(container.name)
        state = self._engine.state(name)
        while state is not None and state.status in ("running", "stopping"):
            time.sleep(_POLL_SECONDS)
            state = self._engine.state(name)
        return state

    def _finish(self, end: ContainerEnd) -> None:
        if self.end is None and not self._is_stopping:
            self.end = end
        self.ended.set()

    def _check_health(self, container: ContainerModel) -> None:
        """Run the health command of a container until the task ends."""
        health, name = container.health, self.container_name(container.name)
        assert health is not None
        failures, start = 0, time.monotonic()
        while not self.ended.wait(
            health.interval if container.name in self._healthy else _FIRST_CHECK_SECONDS
        ):
            if self._is_stopping or container.name in self._ends:
                return
            try:
                done = self._engine.run(
                    "exec", name, *health.command, check=False, timeout=health.timeout
                )
                passed = done.returncode == 0
            except EngineError:  # it did not end in time
                passed = False
            if passed:
                self._healthy.add(container.name)
                failures = 0
            elif time.monotonic() - start > health.start_period:
                failures += 1
                if failures >= health.retries:
                    self._healthy.discard(container.name)

    def _in_background(self, function: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
