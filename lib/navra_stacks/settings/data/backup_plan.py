"""The AWS Backup plan of an environment."""

from typing import Annotated

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import (
    between,
)

__all__ = ["Backups"]


class Backups(Settings):
    """A daily AWS Backup plan and a vault of its own over the database.

    They outlive the database's own automated backups, which are deleted with it. AWS Backup moves
    no RDS backup to cold storage, so there is no setting for that.
    """

    retention_days: Annotated[int, between(1, 36500, "a retention", "days")] = 35
    """How long a backup is kept, in days."""

    start_hour_utc: Annotated[int, between(0, 23, "an hour of the day", "UTC")] = 7
    """The hour in which a backup starts, 0-23: outside the database's backup and maintenance
    windows, and the hour before the latter. Of an existing database nobody can check that here."""
