"""A container of a task: image, environment variables, secrets, user, file system."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import Field

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.compute.image import Image
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.settings.model.field_types import (
    EnvironmentVariableName,
    Name,
    Port,
    UrlPath,
    int_range,
)
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["Container"]


class Container(Settings):
    """One container of a task."""

    image: Image
    """The image; the tag ``latest`` is not allowed."""

    name: Name | None = None
    """The container's name; by default a service's main container has the name of the service."""

    port: Port | None = None
    """The port that it listens on, 1-65535; None if it receives no traffic."""

    environment: FrozenMapping[EnvironmentVariableName, str] = Field(default=EMPTY, repr=False)
    """Environment variables with plain values. A value that looks like a credential is rejected."""

    secrets: tuple[EnvironmentVariableName, ...] = ()
    """Names of the environment's secrets to inject as environment variables of the same name."""

    command: tuple[str, ...] = ()
    """The command to run instead of the image's own."""

    essential: bool = True
    """True if the task stops when this container stops."""

    stop_timeout_seconds: Annotated[int, int_range(2, 120, "a stop timeout", "seconds")] = 60
    """Time between SIGTERM and SIGKILL, 2-120 seconds (Fargate's limit). It must be longer than the
    target group's deregistration delay, so that requests in flight can complete."""

    user: str | None = None
    """User, or ``user:group``, that the container runs as; the image's user by default."""

    read_only_root: bool = False
    """True to mount the root file system read-only."""

    writable_paths: tuple[UrlPath, ...] = ()
    """Directories on which an empty volume is mounted, so that the container can write there. The
    volume can be owned by root, so that another `user` cannot write to it, unless the image
    declares a VOLUME with that path and that owner (ECS, "Bind mounts"). Test it with the image."""

    @rule
    def _check_variable_names(self) -> Iterator[SettingsProblem]:
        for name, count in sorted(Counter(self.secrets).items()):
            if count > 1:
                yield SettingsProblem(
                    "secrets", f"{name!r} is listed {count} times", "list it once"
                )
        for name in sorted(set(self.environment) & set(self.secrets)):
            yield SettingsProblem(
                f"environment.{name}",
                "is also injected from a secret of that name",
                "keep one of the two",
            )

    @rule
    def _check_credentials(self) -> Iterator[SettingsProblem]:
        for name, value in sorted(self.environment.items()):
            if is_credential(value, name=name):
                yield SettingsProblem(
                    f"environment.{name}",
                    "looks like a credential (its value is not shown), which would be stored in "
                    "code, plan and state",
                    "put the value into Secrets Manager and list its name under `secrets`",
                )

        for index, argument in enumerate(self.command):
            if is_credential(argument):
                yield SettingsProblem(
                    f"command.{index}",
                    "looks like a credential (it is not shown), which would be stored in code, "
                    "plan and state",
                    "have the command read it from a variable that is listed under `secrets`",
                )

    @rule
    def _check_volumes(self) -> Iterator[SettingsProblem]:
        # The volume's name is the slug of its path, which several paths can share.
        for volume, count in Counter(map(slug, self.writable_paths)).items():
            if count > 1 or not volume:
                yield SettingsProblem(
                    "writable_paths",
                    f"{count} paths result in the volume name {volume!r}",
                    "list each directory once, and not the root directory",
                )

    @rule
    def _check_user_is_not_root(self) -> Iterator[SettingsProblem]:
        if self.user is not None and self.user.partition(":")[0] in ("root", "0", ""):
            yield SettingsProblem(
                "user", f"{self.user!r} is root or empty", "use another user, or remove it"
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
        essential: bool
        stop_timeout_seconds: int
        user: str | None
        read_only_root: bool
        writable_paths: tuple[UrlPath, ...]
