"""Directories that a container can write to although its root file system is read-only."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.settings.compute.image import Image
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import UrlPath, check_path, int_range

__all__ = ["OwnedVolume", "Tmpfs", "WritablePath"]


class Tmpfs(Settings):
    """A directory in memory, which only the container's user can read and write.

    It is empty when a task starts. Its content counts against the memory of the task.
    """

    path: UrlPath
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

    path: UrlPath
    """The path of the directory, for example ``/data``."""

    init_image: Image
    """An image that contains the command ``chown`` and runs as root, for example busybox."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[OwnedVolumeChanges]") -> Self: ...


def _check_text(value: str | Tmpfs | OwnedVolume) -> str | Tmpfs | OwnedVolume:
    return check_path(value) if isinstance(value, str) else value


WritablePath = Annotated[str | Tmpfs | OwnedVolume, AfterValidator(_check_text)]
"""A writable directory; a path is a `Tmpfs` of the default size."""

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class OwnedVolumeChanges(TypedDict, total=False):
        path: UrlPath
        init_image: Image

    class TmpfsChanges(TypedDict, total=False):
        path: UrlPath
        size_mib: int
