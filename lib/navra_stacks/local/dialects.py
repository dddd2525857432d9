"""The options of container engines for a described container, where engines differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import ClassVar

from navra_stacks.local.task_model import DEFAULT_CAPABILITIES, TmpfsMount, VolumeMount

__all__ = ["DIALECTS", "Dialect"]

_TMPFS_DEFAULTS = ("noexec", "nosuid", "nodev")
"""The options of Docker's tmpfs mounts, which Fargate's have too.
https://docs.docker.com/reference/cli/docker/container/run/#tmpfs
"""


class Dialect:
    """The options of docker. The tests compare them as text, and do not run docker."""

    name: ClassVar[str] = "docker"

    immediately: ClassVar[tuple[str, ...]] = ()
    """The options of ``rm --force`` that do not wait for the end of a container."""

    isolation: ClassVar[tuple[str, ...]] = ()
    """The options without which a container has something of this machine."""

    host_name: ClassVar[str] = "host.docker.internal"
    """The name under which a container reaches this machine."""

    capabilities: ClassVar[tuple[str, ...]] = DEFAULT_CAPABILITIES
    """The capabilities of a container without options."""

    adds_to_users: ClassVar[bool] = False
    """True if a capability that is added is in effect for a user other than root. Those of Docker
    and Fargate are limits for such a user."""

    def capability_options(self, described: Collection[str], *, is_root: bool) -> Iterator[str]:
        """Yield the options with which a container has the described capabilities."""
        for one in self.capabilities:
            if one not in described:
                yield f"--cap-drop={one}"
        if is_root or not self.adds_to_users:
            for one in described:
                if one not in self.capabilities:
                    yield f"--cap-add={one}"

    def host(self, address: str | None) -> Iterator[str]:
        """Yield the options that define `host_name`.

        Args:
            address: The address of this machine in the network; None or loopback for the address
                that the engine forwards to this machine.
        """
        forwarded = address is None or address == "127.0.0.1"
        yield f"--add-host={self.host_name}:{'host-gateway' if forwarded else address}"

    def file(self, path: Path, target: str) -> Iterator[str]:
        """Yield the options that mount a file of this machine, which cannot be changed.

        The option z lets a container read it where SELinux restricts that.
        """
        yield f"--volume={path}:{target}:ro,z"

    def read_only_root(self) -> Iterator[str]:
        """Yield the options of a read-only root file system."""
        yield "--read-only"

    def tmpfs(self, mount: TmpfsMount) -> Iterator[str]:
        """Yield the options of a tmpfs mount."""
        yield f"--tmpfs={mount.path}:{','.join((f'size={mount.size}m', *mount.options))}"

    def volume(self, name: str, mount: VolumeMount) -> Iterator[str]:
        """Yield the options of a volume that has no content of the image.

        Fargate's volumes are empty, and belong to root.
        """
        parts = ["type=volume", f"source={name}", f"destination={mount.path}", "volume-nocopy"]
        yield f"--mount={','.join((*parts, *(['readonly'] if mount.is_read_only else [])))}"

    def directory(self, path: Path, mount: VolumeMount) -> Iterator[str]:
        """Yield the options of a directory of this machine in place of a volume."""
        yield f"--volume={path}:{mount.path}:{'ro,z' if mount.is_read_only else 'z'}"

    def omissions(self, mount: TmpfsMount, user: str | None) -> Iterator[str]:
        """Yield what the engine cannot do for a mount."""
        return iter(())


class Podman(Dialect):
    """The options of podman."""

    name = "podman"
    immediately = ("--time=0",)
    isolation = ("--http-proxy=false",)
    host_name = "host.containers.internal"
    capabilities = tuple(
        one for one in DEFAULT_CAPABILITIES if one not in ("AUDIT_WRITE", "MKNOD", "NET_RAW")
    )
    adds_to_users = True

    def host(self, address: str | None) -> Iterator[str]:
        # Podman defines the name with the address of this machine in the network.
        return iter(())

    def read_only_root(self) -> Iterator[str]:
        yield "--read-only"
        # Podman makes /tmp, /run and /var/tmp writable, which Fargate does not.
        yield "--read-only-tmpfs=false"

    def tmpfs(self, mount: TmpfsMount) -> Iterator[str]:
        # `--tmpfs` does not accept uid and gid, and gives the directory the image's content.
        parts = ["type=tmpfs", "notmpcopyup", f"destination={mount.path}"]
        parts += [f"tmpfs-size={mount.size}m"]
        if (mode := mount.option("mode")) is not None:
            parts.append(f"tmpfs-mode={mode}")
        if mount.option("uid") is not None:
            parts.append("chown=true")
        named = ("uid", "gid", "mode")
        given = [one for one in mount.options if one.partition("=")[0] not in named]
        opposite = {"exec": "noexec", "suid": "nosuid", "dev": "nodev"}
        overridden = {opposite.get(one) for one in given}
        parts += [one for one in _TMPFS_DEFAULTS if one not in overridden]
        yield f"--mount={','.join(dict.fromkeys((*parts, *given)))}"

    def volume(self, name: str, mount: VolumeMount) -> Iterator[str]:
        yield f"--volume={name}:{mount.path}:nocopy{',ro' if mount.is_read_only else ''}"

    def omissions(self, mount: TmpfsMount, user: str | None) -> Iterator[str]:
        uid = mount.option("uid")
        if uid is not None and uid != (user or "0").partition(":")[0]:
            yield f"podman gives {mount.path} to the user of the container, and not to {uid}"


class Nerdctl(Dialect):
    """The options of nerdctl. The tests compare them as text, and do not run nerdctl."""

    name = "nerdctl"

    def file(self, path: Path, target: str) -> Iterator[str]:
        yield f"--volume={path}:{target}:ro"

    def directory(self, path: Path, mount: VolumeMount) -> Iterator[str]:
        yield f"--volume={path}:{mount.path}{':ro' if mount.is_read_only else ''}"

    def volume(self, name: str, mount: VolumeMount) -> Iterator[str]:
        yield f"--volume={name}:{mount.path}{':ro' if mount.is_read_only else ''}"


DIALECTS = {one.name: one for one in (Dialect(), Podman(), Nerdctl())}
"""The dialects by the name of the engine."""
