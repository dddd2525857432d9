"""A container of a task: image, environment variables, secrets, user, file system."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypedDict, Unpack

from pydantic import Field

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.compute.image import Image
from navra_stacks.settings.compute.writable_path import OwnedVolume, Tmpfs, WritablePath
from navra_stacks.settings.model.base import Settings, format_value, rule
from navra_stacks.settings.model.field_types import (
    EnvironmentVariableName,
    Name,
    Port,
    int_range,
)
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["Container"]

MAXIMUM_USER_ID = 2**31 - 1
"""The largest user or group id that Docker accepts
(https://github.com/moby/sys/blob/main/user/user.go)."""


def _is_user(text: str) -> bool:
    """Return True for the name or the id of a user or group (ECS API, ``ContainerDefinition``).

    An id is positive, and is written without a sign and without leading zeros. A name has the
    characters that useradd allows, with capitals and dots.
    """
    if text.isascii() and text.isdigit():
        return text[0] != "0" and int(text) <= MAXIMUM_USER_ID
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", text) is not None


class Container(Settings):
    """One container of a task."""

    credential_repairs: ClassVar[Mapping[str, str]] = {
        "environment": "store the value in Secrets Manager, add a Secret of that name to the "
        "environment's `secrets`, and list the variable in the container's `secrets`",
        "command": "let the command read the value from an environment variable that is listed in "
        "`secrets`",
    }

    image: Image
    """The image; the tag ``latest`` is not allowed."""

    name: Name | None = None
    """The container's name; None for the main container, so that it has the name of the service."""

    port: Port | None = None
    """The port that the container listens on, 1-65535; None if the container receives no
    traffic."""

    environment: FrozenMapping[EnvironmentVariableName, str] = Field(default=EMPTY, repr=False)
    """Environment variables with plain values. A value that looks like a credential is rejected;
    see `not_secret`."""

    secrets: tuple[EnvironmentVariableName, ...] = ()
    """Names of secrets in `Environment.secrets`. Each secret is injected as the environment
    variable of the same name."""

    command: tuple[str, ...] = ()
    """The command that replaces the command of the image; empty to run the image's command."""

    not_secret: tuple[str, ...] = ()
    """Names of variables in `environment` whose values look like credentials but are not secret,
    for example a public key. For an argument of `command`, ``command.1`` is the second one."""

    essential: bool = True
    """True if the task stops when this container stops."""

    stop_timeout_seconds: Annotated[int, int_range(2, 120, "stop timeout", "seconds")] = 60
    """Time between SIGTERM and SIGKILL, 2-120 seconds (Fargate's limit). It begins when the
    target is unused, after `Service.deregistration_delay_seconds` at most."""

    init_process: bool = True
    """True to run an init process in the container, which forwards signals to the application and
    reaps its child processes. False for an image whose own init must be process 1, for example
    s6-overlay."""

    user: str | None = None
    """The user that the container runs as, by name or id, optionally with a group
    (``user:group``). Root is not allowed. None for the image's user."""

    read_only_root: bool = False
    """True to mount the root file system read-only."""

    writable_paths: tuple[WritablePath, ...] = ()
    """Directories that the container can write to. A path is a `Tmpfs` of the default size. The
    directories belong to `user`, so `user` must consist of ids. Any user can write if `user` is
    None."""

    @property
    def tmpfs(self) -> tuple[Tmpfs, ...]:
        """The writable directories in memory."""
        paths = [Tmpfs(path=one) if isinstance(one, str) else one for one in self.writable_paths]
        return tuple(one for one in paths if isinstance(one, Tmpfs))

    @property
    def owned_volumes(self) -> tuple[OwnedVolume, ...]:
        """The writable directories on disk."""
        return tuple(one for one in self.writable_paths if isinstance(one, OwnedVolume))

    @property
    def user_ids(self) -> tuple[int, int] | None:
        """The ids of the user and its group; None if `user` is None or contains a name.

        Without a group in `user`, the id of the group is that of the user.
        """
        user, _, group = (self.user or "").partition(":")
        group = group or user
        return (int(user), int(group)) if user.isdecimal() and group.isdecimal() else None

    @rule
    def _check_variable_names(self) -> Iterator[SettingsProblem]:
        for name, count in sorted(Counter(self.secrets).items()):
            if count > 1:
                yield SettingsProblem(
                    "secrets", f"{name!r} is listed {count} times", "list each secret once"
                )
        for name in sorted(set(self.environment) & set(self.secrets)):
            yield SettingsProblem(
                f"environment.{name}",
                "is also in `secrets`, so the variable would be set twice",
                "remove the variable from `environment`, or from `secrets`",
            )

    @rule
    def _check_writable_paths(self) -> Iterator[SettingsProblem]:
        paths = [one if isinstance(one, str) else one.path for one in self.writable_paths]
        for path, count in Counter(paths).items():
            if count > 1:
                yield SettingsProblem(
                    "writable_paths",
                    f"contains {path!r} {count} times",
                    "list each directory once",
                )
        # The volume's name is the slug of its path. Several paths can have the same slug.
        for name, count in Counter(slug(volume.path) for volume in self.owned_volumes).items():
            if count > 1 or not name:
                yield SettingsProblem(
                    "writable_paths",
                    f"{count} volumes have the name {name!r}"
                    if name
                    else "contains a path without a letter or digit, so its volume has no name",
                    "use directories that differ in more than case or punctuation",
                )

    @rule
    def _check_ids(self) -> Iterator[SettingsProblem]:
        if self.user is not None and self.writable_paths and self.user_ids is None:
            yield SettingsProblem(
                "user",
                f"{format_value(self.user)} has no id, and the directories in `writable_paths` are "
                "given to an id",
                "write the ids of the user and its group in the image, for example '101:101'",
            )
        if self.user is None and self.owned_volumes:
            yield SettingsProblem(
                "user", "is missing, and an OwnedVolume is given to it", "set the id of the user"
            )

    @rule
    def _check_user(self) -> Iterator[SettingsProblem]:
        if self.user is None:
            return
        user, colon, group = self.user.partition(":")
        # Container runtimes parse a number before they look for a name, so "+0" and "00" are root.
        if user in ("root", "") or re.fullmatch(r"[+-]?0+", user) is not None:
            yield SettingsProblem(
                "user",
                f"{format_value(self.user)} is root or empty",
                "use a user other than root, or remove `user`",
            )
        elif not _is_user(user) or (colon and group != "0" and not _is_user(group)):
            yield SettingsProblem(
                "user",
                f"{format_value(self.user)} is not a valid user",
                "use a name or an id of 1-2147483647, optionally followed by a colon and the name "
                "or the id of a group, for example '1000:1000' or 'app'",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ContainerChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ContainerChanges(TypedDict, total=False):
        image: Image
        name: Name | None
        port: Port | None
        environment: FrozenMapping[EnvironmentVariableName, str]
        secrets: tuple[EnvironmentVariableName, ...]
        command: tuple[str, ...]
        not_secret: tuple[str, ...]
        essential: bool
        stop_timeout_seconds: int
        init_process: bool
        user: str | None
        read_only_root: bool
        writable_paths: tuple[WritablePath, ...]
