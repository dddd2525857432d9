"""A container: its image, its variables and secrets, and what it may do."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

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
    between,
)
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["Container"]


class Container(Settings):
    """One container of a task."""

    image: Image
    """Where the image comes from; never with the tag ``latest``."""

    name: Name | None = None
    """The container's name; a service's own container is named like the service where absent."""

    port: Port | None = None
    """The port that it listens on, 1-65535; None where it takes no traffic."""

    environment: FrozenMapping[EnvironmentVariableName, str] = Field(default=EMPTY, repr=False)
    """Plain variables. A value that looks like a credential is refused."""

    secrets: tuple[EnvironmentVariableName, ...] = ()
    """Secrets of the environment that are injected as variables of the same name."""

    command: tuple[str, ...] = ()
    """Replaces the image's command where given."""

    essential: bool = True
    """Whether the task stops when this container does."""

    stop_timeout_seconds: Annotated[int, between(2, 120, "a stop timeout", "seconds")] = 60
    """Time between the request to stop and the kill, 2-120 seconds (Fargate's limit). Longer than
    the target group's deregistration delay, so that requests in flight are answered."""

    user: str | None = None
    """User, or ``user:group``, that the container runs as; the image's own where absent."""

    read_only_root: bool = False
    """Whether the root file system is mounted read-only."""

    writable_paths: tuple[UrlPath, ...] = ()
    """Directories that get an empty volume, for an image that writes there. Such a volume may
    belong to root, so that another `user` cannot write to it, unless the image declares a VOLUME of
    that path whose owner is that user (ECS, "Bind mounts"): try it on the image."""

    @rule
    def _variables_are_distinct(self) -> Iterator[SettingsProblem]:
        for name, count in sorted(Counter(self.secrets).items()):
            if count > 1:
                yield SettingsProblem("secrets", f"{name!r} is given {count} times", "name it once")
        for name in sorted(set(self.environment) & set(self.secrets)):
            yield SettingsProblem(
                f"environment.{name}",
                "is also injected from a secret of that name",
                "keep one of the two",
            )

    @rule
    def _no_credentials(self) -> Iterator[SettingsProblem]:
        for name, value in sorted(self.environment.items()):
            if is_credential(value, name=name):
                yield SettingsProblem(
                    f"environment.{name}",
                    "looks like a credential (its value is not shown), which would end up in code, "
                    "plan and state",
                    "put the value into Secrets Manager and name it under `secrets`",
                )

        for index, argument in enumerate(self.command):
            if is_credential(argument):
                yield SettingsProblem(
                    f"command.{index}",
                    "looks like a credential (it is not shown), which would end up in code, plan "
                    "and state",
                    "have the command read it from a variable that is named under `secrets`",
                )

    @rule
    def _volumes_are_distinct(self) -> Iterator[SettingsProblem]:
        # A volume is named after its path, in which signs are folded.
        for volume, count in Counter(map(slug, self.writable_paths)).items():
            if count > 1 or not volume:
                yield SettingsProblem(
                    "writable_paths",
                    f"{count} paths make a volume named {volume!r}",
                    "name each directory once, and never the root",
                )

    @rule
    def _runs_as_somebody(self) -> Iterator[SettingsProblem]:
        if self.user is not None and self.user.partition(":")[0] in ("root", "0", ""):
            yield SettingsProblem(
                "user", f"{self.user!r} is root or empty", "name another user, or none"
            )
