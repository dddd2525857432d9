"""The parts of a database's URL as separate environment variables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import EnvironmentVariableName

__all__ = ["DatabaseParts"]


class DatabaseParts(Settings):
    """The environment variables of clients that read the parts of a database's URL separately.

    A container that lists the secret of the password in its `secrets` gets the other variables too.
    """

    password: EnvironmentVariableName
    """The name of the secret that Terraform creates for the password."""

    host: EnvironmentVariableName | None = None
    """The variable for the host name; None for no variable."""

    port: EnvironmentVariableName | None = None
    """The variable for the port; None for no variable."""

    name: EnvironmentVariableName | None = None
    """The variable for the name of the database; None for no variable."""

    user: EnvironmentVariableName | None = None
    """The variable for the name of the user; None for no variable."""

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables that are not secret, by part."""
        fields = {"host": self.host, "port": self.port, "name": self.name, "user": self.user}
        return {part: variable for part, variable in fields.items() if variable is not None}

    @classmethod
    def _label(cls, fields: Mapping[str, object]) -> str | None:
        return None  # `name` is a variable, not the name of these settings

    @rule
    def _check_names(self) -> Iterator[SettingsProblem]:
        for name, count in Counter([self.password, *self.variables.values()]).items():
            if count > 1:
                yield SettingsProblem(
                    "password" if name == self.password else "host",
                    f"{name!r} is the variable of {count} parts",
                    "use a different variable for each part",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DatabasePartsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DatabasePartsChanges(TypedDict, total=False):
        password: EnvironmentVariableName
        host: EnvironmentVariableName | None
        port: EnvironmentVariableName | None
        name: EnvironmentVariableName | None
        user: EnvironmentVariableName | None
