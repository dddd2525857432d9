"""A command that is run once, in the image and with the rights of a service."""

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import Name

__all__ = ["OneOffTask"]


class OneOffTask(Settings):
    """A command such as a migration, run by hand or by a pipeline, never by an apply.

    It has the image, the variables, the secrets, the roles and the size of its service, and none
    of its sidecars.
    """

    name: Name
    """What it is called: ``migrate``."""

    command: tuple[str, ...]
    """What runs instead of the service's command: ``("alembic", "upgrade", "head")``."""

    @rule
    def _does_something(self) -> Iterator[SettingsProblem]:
        if not self.command:
            yield SettingsProblem("command", "is empty", "give the words of the command")
