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

_CONTAINERS = """\
[containers]
# Higher hard limits than those of the calling process cannot be set.
default_ulimits = ["nofile=1024:4096", "nproc=1024:4096"]
[engine]
# crun does not support the hybrid hierarchy of control groups, and systemd may not run.
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
# Nothing is shared with another storage of this machine.
lock_type = "file"
tmp_dir = "{directory}/t"
[network]
network_config_dir = "{directory}/n"
"""

_STORAGE = """\
[storage]
# Overlay mounts are not available everywhere.
driver = "vfs"
graphroot = "{directory}/s"
runroot = "{directory}/r"
"""


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
    """Podman with a storage and a configuration of its own.

    Its path has at most 30 characters: podman limits those of its sockets.
    """

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
        self.environment = {
            "CONTAINERS_CONF": str(directory / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(directory / "storage.conf"),
        }
        """The variables with which every podman command uses this storage."""
        for text, path in zip((_CONTAINERS, _STORAGE), self.environment.values(), strict=True):
            Path(path).write_text(text.format(directory=directory), encoding="utf-8")

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a podman command."""
        done = subprocess.run(
            ["podman", *arguments],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not check or done.returncode == 0, f"podman {arguments}: {done.stderr}"
        return done

    def image(self, name: str, root: Path, *options: str) -> str:
        """Make an image from a directory that contains its root file system.

        Args:
            name: The name of the image in ``localhost``, whose tag is 1.
            root: The directory, or an archive of one.
            options: Options of ``podman import``.
        """
        reference = f"localhost/{name}:1"
        if root.is_file():
            self.run("import", *options, str(root), reference)
            return reference
        archive = self._directory / f"{name}.tar"
        subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
        self.run("import", *options, str(archive), reference)
        archive.unlink()
        return reference

    @contextmanager
    def container(self, options: Sequence[str], image: str, *command: str) -> Iterator[Container]:
        """Start a container, and remove it at the end of the context."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.run("run", "--detach", "--name", name, *options, image, *command)
        try:
            yield Container(self, name)
        finally:
            self.run("rm", "--force", "--time", "0", name, check=False)

    def objects(self) -> dict[str, list[str]]:
        """Return the names of all containers, volumes and networks but the default network."""
        listings = {
            "containers": ("ps", "--all", "--format", "{{.Names}}"),
            "volumes": ("volume", "ls", "--format", "{{.Name}}"),
            "networks": ("network", "ls", "--format", "{{.Name}}"),
        }
        found = {kind: self.run(*listing).stdout.split() for kind, listing in listings.items()}
        found["networks"].remove("podman")
        return {kind: names for kind, names in found.items() if names}

    def clear(self) -> None:
        """Remove all containers, volumes and networks."""
        # A container whose network another one uses is removed after that one only.
        for _ in range(3):
            self.run("rm", "--all", "--force", "--time", "0", "--volumes", check=False)
        self.run("volume", "prune", "--force", check=False)
        self.run("network", "prune", "--force", check=False)
