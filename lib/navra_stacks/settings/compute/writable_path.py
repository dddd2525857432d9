"""Directories that a container can write to although its root file system is read-only."""

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator, BeforeValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.image import Image
from navra_stacks.settings.model.base import Settings, format_value, invalid, rule
from navra_stacks.settings.model.best_fitting import best_fitting
from navra_stacks.settings.model.field_types import int_range

__all__ = ["Directory", "OwnedVolume", "Tmpfs", "WritablePath"]

_KERNEL_DIRECTORIES = ("/dev", "/proc", "/sys")
"""File systems of the kernel. A container runtime refuses a mount below /proc, and a mount over one
of the others hides files that the container needs
(https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-filesystems)."""


def _check_directory(value: str) -> str:
    if not value.startswith("/"):
        raise invalid(
            f"{format_value(value)} is not an absolute path",
            "start the path with a slash, without ~ and variables, for example '/tmp'",
        )
    # A comma and a colon separate the options of a mount, and no wildcard is expanded.
    if re.fullmatch(r"[A-Za-z0-9/._+@~-]{1,1024}", value) is None:
        raise invalid(
            f"{format_value(value)} is not a valid path of a directory",
            "use 1-1024 characters of A-Z a-z 0-9 / . _ + @ ~ -",
        )
    normal = re.sub("^/+", "/", posixpath.normpath(value))
    if value != normal:
        raise invalid(
            f"{format_value(value)} is not in canonical form",
            f"did you mean {normal!r}?"
            if normal != "/"
            else "list directories below the root directory instead",
        )
    if value == "/":
        raise invalid("'/' is the root directory", "list the directories below it instead")
    kernel = next((top for top in _KERNEL_DIRECTORIES if f"{value}/".startswith(f"{top}/")), None)
    if kernel is not None and value != "/dev/shm":
        raise invalid(
            f"{format_value(value)} is part of the kernel's file system {kernel}",
            "use another directory, for example '/tmp'",
        )
    return value


Directory = Annotated[str, AfterValidator(_check_directory)]
"""The absolute path of a directory in a container, in canonical form: at most 1024 characters, not
the root directory, and not in a file system of the kernel except ``/dev/shm``."""


class Tmpfs(Settings):
    """A directory in memory, which only the container's user can read and write.

    It is empty when a task starts. Its content counts against the memory of the task.
    """

    path: Directory
    """The path of the directory, for example ``/tmp``."""

    size_mib: Annotated[int, int_range(1, 122_880, "size", "MiB")] = 64
    """The maximum size of the content in MiB."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[TmpfsChanges]") -> Self: ...


class OwnedVolume(Settings):
    """A directory on the disk of the task, for content that needs more than memory.

    An empty volume of Fargate belongs to root. Before the container starts, a container from
    `init_image` gives the volume to the container's `user`.
    """

    path: Directory
    """The path of the directory, for example ``/data``."""

    init_image: Image
    """An image with a tag that contains the command ``chown`` and runs as root, for example
    busybox."""

    @rule
    def _check_tag(self) -> Iterator[SettingsProblem]:
        # The variable of a missing tag is the one of the service's own image.
        if self.init_image.tag is None:
            yield SettingsProblem(
                "init_image.tag", "is missing", "set the tag of a specific version"
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[OwnedVolumeChanges]") -> Self: ...


def _check_type(value: object) -> object:
    # For a type that fits no member of the union, pydantic reports one error for each member.
    if not isinstance(value, str | Tmpfs | OwnedVolume):
        raise invalid(f"{format_value(value)} is not a path, Tmpfs or OwnedVolume")
    return value


def _check_text(value: str | Tmpfs | OwnedVolume) -> str | Tmpfs | OwnedVolume:
    return _check_directory(value) if isinstance(value, str) else value


WritablePath = Annotated[
    str | Tmpfs | OwnedVolume,
    AfterValidator(_check_text),
    BeforeValidator(_check_type),
    best_fitting(Tmpfs, OwnedVolume),
]
"""A writable directory; a path is a `Tmpfs` of the default size."""

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class OwnedVolumeChanges(TypedDict, total=False):
        path: Directory
        init_image: Image

    class TmpfsChanges(TypedDict, total=False):
        path: Directory
        size_mib: int
