"""Secrets and backups, and the databases and caches that somebody else manages."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import Problem
from navra_stacks.settings.base import Settings, refuse, rule
from navra_stacks.settings.scalars import (
    Cidr,
    EnvironmentVariableName,
    KmsKeyArn,
    Port,
    SecurityGroupId,
    between,
)

__all__ = ["Backups", "ExistingCache", "ExistingDatabase", "Secret"]


def _check_recovery_window(value: int) -> int:
    # Secrets Manager API, DeleteSecret: RecoveryWindowInDays, or a deletion without recovery.
    if value != 0 and not 7 <= value <= 30:
        raise refuse(f"{value} is not a recovery window (0, or 7-30 days)")
    return value


def _check_database_arn(value: str) -> str:
    # Service Authorization Reference, Amazon RDS: the resource types db and cluster.
    if re.fullmatch(r"arn:aws:rds:[a-z0-9-]+:[0-9]{12}:(db|cluster):[A-Za-z0-9-]+", value) is None:
        raise refuse(
            f"{value!r} is not the ARN of a database",
            "as in 'arn:aws:rds:us-east-1:111122223333:db:orders'",
        )
    return value


DatabaseArn = Annotated[str, AfterValidator(_check_database_arn)]


class Secret(Settings):
    """A secret in Secrets Manager; Terraform knows its ARN, never its value.

    It exists already and is looked up, unless it is managed: then Terraform makes it, empty, and
    somebody fills it by hand before the first task starts. The secret that a `Database` or `Cache`
    names as its `url_secret` is always made, and filled with the URL.
    """

    name: EnvironmentVariableName
    """The last part of its name and the variable that it becomes: ``DATABASE_URL`` is
    ``<project>/<environment>/DATABASE_URL`` in Secrets Manager."""

    kms_key_arn: KmsKeyArn | None = None
    """The customer-managed key that encrypts it, which the execution role must then use too. A
    managed secret takes the environment's own key where there is one and this is absent."""

    managed: bool = False
    """Whether Terraform makes it, instead of looking it up. Where one of that name exists, it is
    imported, or deleted without recovery first: Secrets Manager holds no two of a name."""

    recovery_window_days: Annotated[int, AfterValidator(_check_recovery_window)] | None = None
    """How long a deleted secret can be brought back: 7-30 days, or 0 for not at all. Where absent,
    30 with deletion protection and 0 without. Only for a secret that Terraform makes. Nothing
    refuses the deletion: taken out of the settings, a secret is gone after this."""


class _Existing(Settings):
    """Something that somebody else manages, reached through a URL in a secret."""

    url_secret: EnvironmentVariableName
    """The secret that holds the URL."""

    port: Port | None = None
    """The port that it listens on. Together with `security_group_id` or `cidr` it says where it is
    reached, which restricted egress must know in order to let tasks out to it."""

    security_group_id: SecurityGroupId | None = None
    """The security group in front of it. No rule is written into that group."""

    cidr: Cidr | None = None
    """The addresses that it has, where no security group can be named."""

    @property
    def is_located(self) -> bool:
        """Whether it is known where it is reached."""
        return self.port is not None and (self.security_group_id or self.cidr) is not None

    @rule
    def _is_located_whole(self) -> Iterator[Problem]:
        if self.security_group_id is not None and self.cidr is not None:
            yield Problem(
                "cidr", "is given beside security_group_id", "keep the one that the traffic meets"
            )
        somewhere = self.security_group_id is not None or self.cidr is not None
        if somewhere and self.port is None:
            yield Problem(
                "port", "is missing, but it is said where this is reached", "give the port"
            )
        if self.port is not None and not somewhere:
            yield Problem(
                "port",
                f"{self.port} is given, but not the place",
                "give security_group_id or cidr too, or leave the port out",
            )


class ExistingDatabase(_Existing):
    """A database that somebody else manages, reached through a URL in a secret."""

    arn: DatabaseArn | None = None
    """Its ARN, needed only for backups of it."""


class ExistingCache(_Existing):
    """A cache that somebody else manages, reached through a URL in a secret."""


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
