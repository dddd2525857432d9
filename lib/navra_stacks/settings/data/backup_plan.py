"""The AWS Backup plan of an environment."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import (
    int_range,
)

__all__ = ["Backups"]


class Backups(Settings):
    """A daily AWS Backup plan for the database, with a separate backup vault.

    The backups are kept when the database is deleted, unlike the automated backups of RDS. AWS
    Backup does not support cold storage for RDS, so there is no setting for cold storage.
    """

    retention_days: Annotated[int, int_range(1, 36500, "retention", "days")] = 35
    """Retention of a backup, 1-36,500 days."""

    start_hour_utc: Annotated[int, int_range(0, 23, "hour of the day", "UTC")] = 7
    """The hour in which a backup starts, 0-23 UTC. The hour must be outside the database's
    backup and maintenance windows and outside the hour before the maintenance window. For an
    `ExistingDatabase` the hour is not checked, because the windows are unknown."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[BackupsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class BackupsChanges(TypedDict, total=False):
        retention_days: int
        start_hour_utc: int
