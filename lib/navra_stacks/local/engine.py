"""A container engine with Docker's command line: docker, podman or nerdctl."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.local.dialects import DIALECTS, Dialect

__all__ = ["ENGINES", "ContainerState", "Engine", "EngineError", "Image", "find_engine"]

ENGINES = ("docker", "podman", "nerdctl")
"""The supported engines, in the order in which they are tried."""

_SECONDS = 120
"""The time limit of a command that neither pulls an image nor waits for a container."""

_PULL_SECONDS = 1800


class EngineError(NavraError):
    """The engine is missing, does not run, or has rejected a command."""


class ContainerState(NamedTuple):
    """The state of a container."""

    status: str
    """For example ``created``, ``running`` or ``exited``."""

    exit_code: int

    is_out_of_memory: bool
    """True if the engine reports that the kernel ended a process for its memory."""

    id: str


class Image(NamedTuple):
    """An image in the engine's storage."""

    architecture: str
    """The architecture in the words of ECS, for example ``X86_64``."""

    user: str
    """The user of the image; empty for root."""


_ARCHITECTURES = {"amd64": "X86_64", "x86_64": "X86_64", "arm64": "ARM64", "aarch64": "ARM64"}
"""The architectures of images (OCI image specification) in the words of ECS."""

PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
"""The platforms of the option ``--platform`` by the architecture of a task definition."""


class Engine:
    """The command line of an engine.

    Args:
        command: The name or path of the command.
        dialect: The options that differ between engines.
    """

    def __init__(self, command: str, dialect: Dialect) -> None:
        self.command = command
        self.dialect = dialect
        self.directory: Path | None = None
        """The working directory of the engine's processes; None for that of this process. The
        monitor of podman's containers can write a file into it."""

    @property
    def name(self) -> str:
        """``docker``, ``podman`` or ``nerdctl``."""
        return self.dialect.name

    def run(
        self,
        *arguments: str,
        check: bool = True,
        environment: Mapping[str, str] | None = None,
        timeout: float | None = _SECONDS,
        stdin: bytes | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the engine to its end.

        Args:
            arguments: The subcommand and its arguments. They contain no secret.
            check: Raise an error if the command fails.
            environment: Further environment variables of the process, for options of the form
                ``--env NAME``.
            timeout: The time limit in seconds; None for none.
            stdin: The content of standard input.

        Raises:
            EngineError: the command failed, or did not end in time.
        """
        try:
            done = subprocess.run(
                [self.command, *arguments],
                stdin=subprocess.DEVNULL if stdin is None else None,
                input=stdin,
                capture_output=True,
                check=False,
                timeout=timeout,
                cwd=self.directory,
                env={**os.environ, **(environment or {})},
            )
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"`{self.name} {arguments[0]}` did not end within {timeout:.0f} s; check that the "
                "engine runs"
            ) from None
        except OSError as error:
            raise EngineError(f"{self.command} cannot be started: {error.strerror}") from None
        result = subprocess.CompletedProcess(
            done.args[:2],
            done.returncode,
            done.stdout.decode(errors="replace"),
            done.stderr.decode(errors="replace"),
        )
        if check and result.returncode != 0:
            raise EngineError(f"`{self.name} {arguments[0]}` failed: {_reason(result.stderr)}")
        return result

    def attach(self, container: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
        """Start a created container, and return the process that follows it and its output.

        The process ends with the container. It is in a session of its own, so that Ctrl-C does not
        reach it.
        """
        process = subprocess.Popen(
            [self.command, "start", "--attach", container],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            start_new_session=True,
        )
        assert process.stdout is not None
        return process, process.stdout

    def kill(self, container: str, signal: str | None = None) -> bool:
        """Send a signal to a container; None for the stop signal of its image.

        Returns:
            False if the engine did not send it, for example because the container does not run yet.
        """
        if signal is None:
            configuration = (self._inspect("container", container) or {}).get("Config") or {}
            signal = str(configuration.get("StopSignal") or "SIGTERM")
        return self.run("kill", f"--signal={signal}", container, check=False).returncode == 0

    def logs(self, container: str) -> list[str]:
        """Return the lines of the log of a container."""
        done = self.run("logs", container, check=False)
        return (done.stdout + done.stderr).splitlines()

    def written_paths(self, container: str) -> dict[str, bool]:
        """Return the paths of the root file system that a container has changed.

        The value is True for a path that it has added.
        """
        lines = self.run("diff", container, check=False).stdout.splitlines()
        return {line[2:]: line[0] == "A" for line in lines if line[:2] in ("A ", "C ")}

    def state(self, container: str) -> ContainerState | None:
        """Return the state of a container; None if there is no such container."""
        found = self._inspect("container", container)
        if found is None:
            return None
        state = found["State"]
        return ContainerState(
            str(state.get("Status", "")).lower(),
            int(state.get("ExitCode", 0)),
            bool(state.get("OOMKilled")),
            str(found.get("Id", "")),
        )

    def image(self, reference: str) -> Image | None:
        """Return an image in the engine's storage; None if it is not there."""
        found = self._inspect("image", reference)
        if found is None:
            return None
        architecture = str(found.get("Architecture", ""))
        return Image(
            _ARCHITECTURES.get(architecture, architecture),
            str((found.get("Config") or {}).get("User") or found.get("User") or ""),
        )

    def pull(self, reference: str, platform: str | None) -> Image:
        """Pull an image, and return it.

        Raises:
            EngineError: it cannot be pulled.
        """
        options = [] if platform is None else [f"--platform={platform}"]
        self.run("pull", *options, reference, timeout=_PULL_SECONDS)
        found = self.image(reference)
        if found is None:
            raise EngineError(f"{self.name} pulled {reference}, and then did not find it")
        return found

    def ports(self, container: str) -> dict[int, int]:
        """Return the ports on loopback at which the ports of a container are published."""
        found: dict[int, int] = {}
        for line in self.run("port", container).stdout.splitlines():
            inner, _, outer = line.partition(" -> ")
            found.setdefault(int(inner.partition("/")[0]), int(outer.rpartition(":")[2]))
        return found

    def labelled(self, kind: str, label: str) -> list[str]:
        """Return the names or IDs of all objects with a label.

        Args:
            kind: ``container``, ``volume`` or ``network``.
            label: The label, ``NAME`` or ``NAME=VALUE``.

        Raises:
            EngineError: the engine cannot list them.
        """
        listing = {
            "container": ("ps", "--all", "--format", "{{.Names}}"),
            "volume": ("volume", "ls", "--format", "{{.Name}}"),
            "network": ("network", "ls", "--format", "{{.Name}}"),
        }[kind]
        return self.run(*listing, "--filter", f"label={label}").stdout.split()

    def labels(self, kind: str, name: str) -> dict[str, str] | None:
        """Return the labels of an object; None if there is no such object."""
        found = self._inspect(kind, name)
        if found is None:
            return None
        configuration = found.get("Config") or {}
        labels = configuration.get("Labels") or found.get("Labels") or found.get("labels") or {}
        return dict(labels)

    def gateway(self, network: str) -> str:
        """Return the address of this machine in a network; empty if it is not known."""
        found = self._inspect("network", network) or {}
        subnets = found.get("subnets") or (found.get("IPAM") or {}).get("Config") or [{}]
        return str(subnets[0].get("gateway") or subnets[0].get("Gateway") or "")

    def remove(self, kind: str, names: Iterable[str]) -> None:
        """Remove objects; containers are killed. What does not exist is ignored."""
        given = list(names)
        if not given:
            return
        command = {
            "container": ("rm", "--force", *self.dialect.immediately, "--volumes"),
            "volume": ("volume", "rm", "--force"),
            "network": ("network", "rm"),
        }[kind]
        self.run(*command, *given, check=False)

    def _inspect(self, kind: str, name: str) -> dict[str, Any] | None:
        done = self.run(kind, "inspect", name, check=False)
        if done.returncode != 0:
            return None
        found = json.loads(done.stdout)
        return dict(found[0]) if found else None


def find_engine(name: str | None, engines: Sequence[str] = ENGINES) -> Engine:
    """Return the engine with a name, or the first one that runs.

    Args:
        name: ``docker``, ``podman`` or ``nerdctl``; None for the first one that runs.
        engines: The names of the engines that are tried.

    Raises:
        EngineError: none is installed and runs.
    """
    if name is not None and name not in ENGINES:
        hint = did_you_mean(name, ENGINES, f"use one of {', '.join(ENGINES)}")
        raise EngineError(f"--engine {name}: there is no such engine; {hint}")
    reasons = []
    for one in engines if name is None else (name,):
        if shutil.which(one) is None:
            reasons.append(f"{one} is not installed")
            continue
        version = subprocess.run(
            [one, "--version"], capture_output=True, text=True, check=False
        ).stdout
        # The package podman-docker installs a command `docker` that starts podman.
        engine = Engine(one, DIALECTS["podman" if "podman" in version else one])
        done = engine.run("ps", "--quiet", check=False)
        if done.returncode == 0:
            return engine
        reasons.append(f"{one} does not run ({_reason(done.stderr)})")
    raise EngineError(
        f"no container engine can be used: {'; '.join(reasons)}. Install and start docker, podman "
        "or nerdctl, or select one with --engine"
    )


def _reason(errors: str) -> str:
    """Return the last line of an engine's error output."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ") if lines else "without a message"
