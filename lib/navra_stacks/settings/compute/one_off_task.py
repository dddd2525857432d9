"""One-off tasks: commands that run once with the image and the roles of a service."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import Name

__all__ = ["OneOffTask"]


class OneOffTask(Settings):
    """A command such as a migration, run manually or by a pipeline, never by `terraform apply`.

    The task definition of the command has the image, the variables, the secrets, the roles and the
    size of the service, but no sidecars.
    """

    credential_repairs: ClassVar[Mapping[str, str]] = {
        "command": "let the command read the value from an environment variable that is listed in "
        "the `secrets` of the container",
    }

    name: Name
    """The name of the task, for example ``migrate``."""

    command: tuple[str, ...]
    """The command that replaces the service's command, for example ``("alembic", "upgrade",
    "head")``."""

    not_secret: tuple[str, ...] = ()
    """Arguments of `command` that look like credentials but are not secret; ``command.1`` is the
    second argument."""

    @rule
    def _check_command(self) -> Iterator[SettingsProblem]:
        if not self.command:
            yield SettingsProblem("command", "is empty", "list the command and its arguments")

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[OneOffTaskChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class OneOffTaskChanges(TypedDict, total=False):
        name: Name
        command: tuple[str, ...]
        not_secret: tuple[str, ...]
