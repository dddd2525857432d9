"""Podman, with the options that it needs inside a container and without a user session."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Container", "Engine", "EngineMissingError"]

_REQUIRED = ("podman", "runc")

_OPTIONS = ("--storage-driver=vfs", "--runtime=runc", "--cgroup-manager=cgroupfs")
"""Overlay mounts and systemd are not available everywhere; crun does not support the hybrid
hierarchy of control groups."""

_LIMITS = ("--ulimit", "nofile=1024:4096", "--ulimit", "nproc=1024:4096")
"""Higher hard limits than those of the calling process cannot be set."""


class EngineMissingError(Exception):
    """Raised if the container engine is not installed or cannot be used by this user."""


@dataclass(frozen=True)
class Container:
    """A started container."""

    engine: Engine

    id: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the container, as its user."""
        return self.engine.run("exec", self.id, *command, check=False)

    def status(self) -> tuple[str, int]:
        """Return the state, for example ``running``, and the exit code."""
        found = self.engine.run("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", self.id)
        state, code = found.stdout.split()
        return state, int(code)

    def wait(self) -> int:
        """Wait until the container has ended, and return its exit code."""
        return int(self.engine.run("wait", self.id).stdout)

    def output(self) -> str:
        """Return what the container has printed."""
        logs = self.engine.run("logs", self.id)
        return logs.stdout + logs.stderr

    def port(self, port: int) -> int:
        """Return the port of loopback at which a port of the container is published."""
        return int(self.engine.run("port", self.id, f"{port}/tcp").stdout.rpartition(":")[2])


class Engine:
    """Podman with a storage of its own, which is deleted at the end."""

    def __init__(self, directory: Path) -> None:
        """Check that podman is installed.

        Raises:
            EngineMissingError: podman or runc is not installed, or the user is not root.
        """
        if missing := [name for name in _REQUIRED if shutil.which(name) is None]:
            raise EngineMissingError(f"{' and '.join(missing)} is not installed")
        if os.geteuid() != 0:
            raise EngineMissingError("only root can run podman with these options")
        self._directory = directory
        self._storage = (f"--root={directory / 'storage'}", f"--runroot={directory / 'run'}")

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a podman command."""
        done = subprocess.run(
            ["podman", *self._storage, *_OPTIONS, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not check or done.returncode == 0, f"podman {arguments}: {done.stderr}"
        return done

    def image(self, name: str, root: Path) -> str:
        """Make an image from a directory that contains its root file system."""
        archive = self._directory / f"{name}.tar"
        subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
        reference = f"localhost/{name}:1"
        self.run("import", str(archive), reference)
        archive.unlink()
        return reference

    @contextmanager
    def container(self, options: Sequence[str], image: str, *command: str) -> Iterator[Container]:
        """Start a container, and remove it at the end of the context."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.run("run", "--detach", "--name", name, *_LIMITS, *options, image, *command)
        try:
            yield Container(self, name)
        finally:
            self.run("rm", "--force", "--time", "0", name, check=False)
