"""Find out which restriction of a container keeps it from becoming healthy, by trying without it.

The log of a container shows the first thing that failed, in the words of its program. A trial shows
whether the repair works: a fault is reported only if the container becomes healthy with the repair,
and does not without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import NamedTuple

from navra_stacks.local.container_options import PORT_START, kernel_settings
from navra_stacks.local.task_model import ContainerModel, TaskModel, TmpfsMount
from navra_stacks.local.verdict import Fault

__all__ = ["Trial", "shape_faults"]

FIRST_PORT = 1024
"""The first port that needs no privilege, unless the kernel setting is changed."""

_TMPFS_MIB = 64

_OF_THE_ENGINE = (
    *("/.dockerenv", "/dev", "/etc/hostname", "/etc/hosts", "/etc/mtab", "/etc/resolv.conf"),
    *("/proc", "/run/.containerenv", "/run/secrets", "/sys"),
)
"""Paths that an engine creates or changes in a container."""


class Trial(NamedTuple):
    """The result of a trial."""

    passed: bool
    """True if the container became healthy."""

    written: Mapping[str, bool] = {}
    """The paths that the container has changed; True for those that it has added."""


def shape_faults(
    task: TaskModel, container: ContainerModel, try_task: Callable[[TaskModel], Trial]
) -> list[Fault]:
    """Return the faults of a container that does not become healthy as described.

    Args:
        task: The task.
        container: The container that failed.
        try_task: A function that runs a task until it is healthy or has failed.

    Returns:
        The faults; none if the container does not become healthy without the restrictions either.
    """
    is_root = container.is_root
    first_port = int(kernel_settings(task)[PORT_START])
    low = [] if is_root else [port for port in container.ports if port < first_port]
    if is_root and not container.has_read_only_root:
        return []
    trials = _Trials(task, container, try_task)
    # The task as described once more: a failure by chance has nothing to do with its shape.
    free, unchanged = trials.run_all(_free(container), container)
    if not free.passed or unchanged.passed:
        return []
    candidates = _candidates(container, _relevant(free.written))
    for paths in candidates:
        if not paths and not low:
            continue  # as described
        if not trials.run(_with_low_ports(_with_tmpfs(container, paths))).passed:
            continue
        without_ports, *without_path = trials.run_all(
            _with_tmpfs(container, paths) if low else None,
            *(
                _with_low_ports(_with_tmpfs(container, [one for one in paths if one != path]))
                for path in paths
            ),
        )
        needed = [path for path, trial in zip(paths, without_path, strict=True) if not trial.passed]
        paths = needed or paths
        repair = f"add to the container: writable_paths={tuple(paths)!r}"
        faults = [_path_fault(container, paths, repair)] if paths else []
        if low and not without_ports.passed:
            faults.append(_port_fault(container, low))
        return faults
    writable, as_root, unprivileged = trials.run_all(
        container.replace(has_read_only_root=False) if container.has_read_only_root else None,
        None if is_root else container.replace(user="0"),
        _with_low_ports(container) if low else None,
    )
    if writable.passed:
        repair = (
            "write to a path in writable_paths, or create what it needs in the image: an empty "
            "directory in place of them does not suffice"
        )
        return [_path_fault(container, candidates[-1], repair)]
    if unprivileged.passed:
        return [_port_fault(container, low)]
    if as_root.passed:
        return [_root_fault(container)]
    return []


class _Trials:
    def __init__(
        self, task: TaskModel, container: ContainerModel, try_task: Callable[[TaskModel], Trial]
    ) -> None:
        self._task = task
        self._container = container
        self._try_task = try_task

    def run(self, changed: ContainerModel | None) -> Trial:
        """Run the task with a changed container; None has failed."""
        if changed is None:
            return Trial(False)
        return self._try_task(self._task.with_containers(changed))

    def run_all(self, *changed: ContainerModel | None) -> list[Trial]:
        """Run several trials at the same time."""
        with ThreadPoolExecutor(max_workers=len(changed)) as pool:
            return list(pool.map(self.run, changed))


def _free(container: ContainerModel) -> ContainerModel:
    """Return a container without the restrictions."""
    return _with_low_ports(container).replace(user="0", has_read_only_root=False)


def _with_low_ports(container: ContainerModel) -> ContainerModel:
    return container.replace(system_controls={**container.system_controls, PORT_START: "0"})


def _with_tmpfs(container: ContainerModel, paths: Iterable[str]) -> ContainerModel:
    uid, _, gid = (container.user or "0").partition(":")
    owner = (f"uid={uid}", f"gid={gid or uid}", "mode=0700") if uid.isdigit() else ("mode=1777",)
    added = tuple(TmpfsMount(path, _TMPFS_MIB, owner) for path in paths)
    return container.replace(tmpfs=(*container.tmpfs, *added))


def _candidates(container: ContainerModel, written: Mapping[str, bool]) -> list[list[str]]:
    """Return the lists of directories that can be what the container has to write to.

    A program that changes a file of the image often does so only where it can, and a mount on a
    directory hides its other files. So the first list has the directories of the image in which
    paths were added, the second one the added directories themselves, and the last one has the
    directories with changed files as well.
    """
    directories = {str(parent) for path in written for parent in PurePosixPath(path).parents}
    files = {path for path in written if path not in directories}
    added = {path for path in files if written[path]}
    found: list[list[str]] = []
    for paths in (
        {_in_image(path, written) for path in added},
        {_added_directory(path, written) for path in added},
        {_in_image(path, written) for path in files},
    ):
        tops = [one for one in paths if not any(_is_below(one, other) for other in paths)]
        candidate = sorted(one for one in tops if not _is_mounted(container, one))
        if candidate not in found:
            found.append(candidate)
    return found


def _in_image(path: str, written: Mapping[str, bool]) -> str:
    """Return the directory of the image in which a path was added or changed."""
    directory = PurePosixPath(path).parent
    while written.get(str(directory)):
        directory = directory.parent
    return str(directory)


def _added_directory(path: str, written: Mapping[str, bool]) -> str:
    """Return the topmost added directory of a path; for an added file, that of the image."""
    directory, top = PurePosixPath(path).parent, ""
    while written.get(str(directory)):
        top, directory = str(directory), directory.parent
    return top or _in_image(path, written)


def _relevant(written: Mapping[str, bool]) -> dict[str, bool]:
    """Return the paths that the program has written, with the directories that it has added.

    An engine lists each parent of a path as changed as well.
    """
    parents = {str(parent) for path in written for parent in PurePosixPath(path).parents}
    return {
        path: is_added
        for path, is_added in written.items()
        if (is_added or path not in parents)
        and not any(path == one or _is_below(path, one) for one in _OF_THE_ENGINE)
        and "__pycache__" not in path
        and str(PurePosixPath(path).parent) != "/"
    }


def _is_below(path: str, other: str) -> bool:
    return path != other and path.startswith(f"{other.rstrip('/')}/")


def _is_mounted(container: ContainerModel, path: str) -> bool:
    mounts = [*(one.path for one in container.tmpfs), *(one.path for one in container.mounts)]
    return any(path == mount or _is_below(path, mount) for mount in mounts)


def _path_fault(container: ContainerModel, written: Sequence[str], repair: str) -> Fault:
    paths = " ".join(written) or "its root file system"
    reason = "read-only" if container.has_read_only_root else f"not writable by {container.user}"
    return Fault(
        "read-only-path" if container.has_read_only_root else "unwritable-path",
        f"the container {container.name} writes to {paths}, which is {reason}",
        repair,
    )


def _port_fault(container: ContainerModel, ports: Sequence[int]) -> Fault:
    listed = " and ".join(map(str, ports))
    return Fault(
        "low-port",
        f"the container {container.name} cannot listen on port {listed} as user {container.user}: "
        f"ports below {FIRST_PORT} need a privilege",
        "set the system control net.ipv4.ip_unprivileged_port_start to 0, as this library does for "
        f"a port below {FIRST_PORT}, or listen on port {FIRST_PORT} or above",
    )


def _root_fault(container: ContainerModel) -> Fault:
    volumes = [mount.path for mount in container.mounts if not mount.is_read_only]
    if volumes:
        return Fault(
            "unwritable-volume",
            f"the container {container.name} cannot write to {' '.join(volumes)} as user "
            f"{container.user}: an empty volume belongs to root",
            f"use an OwnedVolume with the path {volumes[0]!r} in writable_paths",
        )
    return Fault(
        "root-only",
        f"the container {container.name} becomes healthy as root, and not as user {container.user}",
        "give the user the permissions that the program needs in the image, or set another user",
    )
