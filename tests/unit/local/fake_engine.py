"""An engine without containers: its containers are shell commands, or nothing at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import ContainerState, Engine, EngineError, Image
from navra_stacks.local.labels import Labels
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import ContainerModel, TaskModel

__all__ = [
    "LABELS",
    "Call",
    "Container",
    "FakeEngine",
    "inputs",
    "install_command",
    "recorded_calls",
    "task",
]

LABELS = Labels("0a1b2c3d")

RUNS = "exec sleep 600"
"""A program that runs until it is stopped."""


class Call(NamedTuple):
    """A command of the engine, and the variables that its process gets in addition."""

    arguments: tuple[str, ...]

    environment: Mapping[str, str]


@dataclass
class Container:
    """A container, and the process that takes its place."""

    image: str

    process: subprocess.Popen[bytes] | None = None

    environment: Mapping[str, str] = field(default_factory=dict)


class FakeEngine(Engine):
    """An engine whose containers are shell commands of this machine.

    Args:
        programs: The shell command of each image.
        health: The exit codes of health commands one after the other; the last one stays.
        name: The name of the engine.
    """

    def __init__(
        self,
        programs: Mapping[str, str] | None = None,
        *,
        health: tuple[int, ...] = (0,),
        name: str = "podman",
    ) -> None:
        super().__init__(name, DIALECTS[name])
        self.calls: list[Call] = []
        self.containers: dict[str, Container] = {}
        self.images: dict[str, Image] = {}
        self.rejected: dict[str, str] = {}
        """The messages with which subcommands fail."""
        self.diff = ""
        self.stop_signal: str | None = None
        """The stop signal of all images."""
        self._programs = dict(programs or {})
        self._health = list(health)
        self._lock = threading.Lock()

    def commands(self, subcommand: str) -> list[tuple[str, ...]]:
        """Return the arguments of the calls of a subcommand."""
        return [call.arguments for call in self.calls if call.arguments[0] == subcommand]

    def run(
        self, *arguments: str, check: bool = True, environment: Any = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        with self._lock:
            self.calls.append(Call(arguments, dict(environment or {})))
            message = self.rejected.get(arguments[0])
            status, output = (125, "") if message else self._result(arguments, environment or {})
        if check and message:
            raise EngineError(f"`{self.name} {arguments[0]}` failed: {message}")
        return subprocess.CompletedProcess(arguments[:1], status, output, message or "")

    def attach(self, name: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
        with self._lock:
            container = self.containers.get(name, Container(""))
            is_removed = name not in self.containers
            program = "exit 125" if is_removed else self._programs.get(container.image, RUNS)
            container.process = subprocess.Popen(
                ["sh", "-c", program],
                env={**os.environ, **container.environment},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            assert container.process.stdout is not None
            return container.process, container.process.stdout

    def state(self, container: str) -> ContainerState | None:
        found = self.containers.get(container)
        if found is None:
            return None
        if found.process is None:
            return ContainerState("running", 0, False, container)
        code = found.process.poll()
        if code is None:
            return ContainerState("running", 0, False, container)
        return ContainerState("exited", code if code >= 0 else 128 - code, False, container)

    def image(self, reference: str) -> Image | None:
        return self.images.get(reference)

    def ports(self, container: str) -> dict[int, int]:
        published = [one for one in self._call("run", container) if one.startswith("--publish=")]
        return {int(one.rpartition(":")[2]): 40000 + n for n, one in enumerate(published)}

    def labelled(self, kind: str, label: str) -> list[str]:
        return list(self.containers) if kind == "container" else []

    def labels(self, kind: str, name: str) -> dict[str, str] | None:
        return {}

    def _call(self, subcommand: str, container: str) -> tuple[str, ...]:
        return next(one for one in self.commands(subcommand) if f"--name={container}" in one)

    def _result(
        self, arguments: tuple[str, ...], environment: Mapping[str, str]
    ) -> tuple[int, str]:
        subcommand, *rest = arguments
        if subcommand in ("run", "create"):
            name = next(one for one in rest if one.startswith("--name=")).removeprefix("--name=")
            if name in self.containers:
                raise EngineError(f"the name {name} is in use")
            image = next(one for one in rest if not one.startswith("--"))
            image = image if subcommand == "create" else ""
            self.containers[name] = Container(image, environment=environment)
        elif subcommand == "exec":
            return self._health.pop(0) if len(self._health) > 1 else self._health[0], ""
        elif arguments[:2] == ("container", "inspect"):
            found = [{"Config": {"StopSignal": self.stop_signal}}]
            return (0, json.dumps(found)) if rest[1] in self.containers else (125, "")
        elif subcommand == "kill":
            self._send(rest[-1], rest[0].removeprefix("--signal="))
        elif subcommand == "rm":
            for name in rest:
                self._send(name, "SIGKILL")
                self.containers.pop(name, None)
        elif subcommand == "diff":
            return 0, self.diff
        return 0, ""

    def _send(self, name: str, signal_name: str) -> None:
        """Send a signal to the first process of a container, SIGKILL to all processes."""
        process = self.containers[name].process if name in self.containers else None
        if process is None or process.poll() is not None:
            return
        number = signal.Signals[signal_name]
        if number == signal.SIGKILL:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            process.wait()
        else:
            process.send_signal(number)


def task(*containers: ContainerModel, **changes: Any) -> TaskModel:
    """Return a task with containers."""
    return TaskModel("web", "aws_ecs_task_definition.web", containers, **changes)


def inputs(model: TaskModel, **secrets: Mapping[str, str]) -> TaskInputs:
    """Return the inputs of a task in which the image of a container has the container's name."""
    images = {one.name: one.name for one in model.containers}
    return TaskInputs(images, "network", "pause", secrets)


RECORDER = """#!/bin/sh
env > "$0.environment.$$"
printf '%s\\n' "$@" > "$0.arguments.$$"
{body}
"""


def install_command(directory: Path, name: str, body: str = "exit 0") -> Path:
    """Write a command into a directory that records its arguments and its environment."""
    path = directory / name
    path.write_text(RECORDER.format(body=body), encoding="utf-8")
    path.chmod(0o755)
    return path


def recorded_calls(command: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the arguments and the environment of each call of a command."""
    for arguments in command.parent.glob(f"{command.name}.arguments.*"):
        environment = command.parent / arguments.name.replace(".arguments.", ".environment.")
        yield (
            arguments.read_text(encoding="utf-8").splitlines(),
            environment.read_text(encoding="utf-8").splitlines(),
        )
