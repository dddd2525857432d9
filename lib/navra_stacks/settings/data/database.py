"""A PostgreSQL database that Terraform creates."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack
from urllib.parse import quote

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.maintenance_window import (
    DailyWindow,
    WeeklyWindow,
    overlap_problems,
)
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import (
    CLASS_PATTERN,
    EnvironmentVariableName,
    int_range,
)
from navra_stacks.settings.model.frozen_mapping import FrozenMapping, freeze

__all__ = ["POSTGRES_PORT", "Database"]

POSTGRES_PORT = 5432

_RESERVED_USERS = frozenset(
    "admin administrator master postgres public rdsadmin rdsrepladmin rds_superuser root sa"
    " superuser user".split()
)
"""User names that are not allowed: names that RDS reserves, keywords of PostgreSQL, and default
names that attackers try first (FSBP RDS.25)."""

_RESERVED_DATABASES = frozenset("postgres rdsadmin template0 template1".split())

_RESERVED_WORDS = frozenset(
    """all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with""".split()
)
"""Key words that PostgreSQL accepts as names only in quotes (PostgreSQL, Appendix C "SQL Key
Words": reserved, also those that can be a function or type); RDS rejects them."""

_RETIRED_FAMILIES = frozenset("t1 t2 m1 m2 m3 m4 r3 r4 x1 x1e z1d".split())
"""Families of instance classes that do not support PostgreSQL 14 and later (RDS User Guide,
"Supported DB engines for DB instance classes")."""

_ENCRYPTED_MODES = ("require", "verify-ca", "verify-full")
"""The values of libpq's `sslmode` that never fall back to an unencrypted connection."""

_OVERRIDING_OPTIONS = frozenset(
    # libpq (https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
    "host hostaddr port dbname user password passfile service servicefile sslpassword"
    # asyncpg, and the URL parser of node-postgres, also use these names.
    " database username"
    # pgjdbc (https://jdbc.postgresql.org/documentation/use/).
    " pghost pgport pgdbname".split()
)
"""Query parameters, in lower case, that replace another part of the URL in a PostgreSQL driver, or
contain a password."""


def _check_instance_class(value: str) -> str:
    if re.fullmatch(CLASS_PATTERN.format("db"), value) is None:
        raise invalid(
            f"{value!r} is not a valid RDS instance class", "use a class such as 'db.t4g.medium'"
        )
    if (family := value.split(".")[1]) in _RETIRED_FAMILIES:
        raise invalid(
            f"{value!r} belongs to the family {family!r}, which does not support PostgreSQL 14 and "
            "later",
            "use a current class such as 'db.t4g.medium'",
        )
    return value


def _check_reserved_word(value: str) -> None:
    if value.lower() in _RESERVED_WORDS:
        raise invalid(f"{value!r} is a reserved word of PostgreSQL", "choose another name")


def _check_user(value: str) -> str:
    if value.lower() in _RESERVED_USERS or value.lower().startswith("pg_"):
        raise invalid(
            f"{value!r} is reserved or a common target of attacks", "choose another user name"
        )
    _check_reserved_word(value)
    if re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value) is None:
        raise invalid(
            f"{value!r} is not a valid user name",
            "use 1-63 lower-case letters, digits and underscores, starting with a letter",
        )
    return value


def _check_database_name(value: str) -> str:
    if value in _RESERVED_DATABASES:
        raise invalid(
            f"{value!r} exists in every instance of PostgreSQL", "choose another database name"
        )
    _check_reserved_word(value)
    if re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value) is None:
        raise invalid(
            f"{value!r} is not a valid database name",
            "use 1-63 lower-case letters, digits and underscores, starting with a letter",
        )
    return value


def _check_scheme(value: str) -> str:
    if re.fullmatch(r"postgres(ql)?(\+[a-z0-9]+)?", value) is None:
        raise invalid(
            f"{value!r} is not a valid scheme of a PostgreSQL URL",
            "use a scheme such as 'postgresql' or 'postgresql+psycopg'",
        )
    return value


class Database(Settings):
    """A PostgreSQL database on RDS.

    The defaults are for production; `relaxed()` returns settings that are cheap and easy to delete.
    Secrets Manager generates the password, which is never in code, plan or state. The URL contains
    the password and is stored in the secret `url_secret`.
    """

    url_secret: EnvironmentVariableName
    """The name of the secret that Terraform creates for the database's URL. Services into which
    the secret is injected get network access to the database."""

    name: Annotated[str, AfterValidator(_check_database_name)] = "app"
    """The name of the database in the instance. A change replaces the instance."""

    username: Annotated[str, AfterValidator(_check_user)] = "app"
    """The name of the master user. A change replaces the instance."""

    password_version: Annotated[int, int_range(1, 1_000_000, "version")] = 1
    """The version of the password. Raise the number by one to rotate the password in the
    database and in the URL. Then restart the services, because a task reads the URL when it
    starts, and the old password is no longer valid."""

    engine_version: Literal["14", "15", "16", "17"] = "17"
    """The major version of PostgreSQL; RDS selects the minor version and upgrades it. To raise
    the major version, see `major_upgrade`."""

    major_upgrade: bool = False
    """True to allow an upgrade to another major version, which RDS rejects otherwise. Set
    `major_upgrade` for the one apply that raises `engine_version`, then remove it. That apply
    makes all changes of the database immediately instead of in the maintenance window, and the
    database is down during the upgrade. Before that apply, test the upgrade with a restored
    snapshot, because the only way back is to restore one of the snapshots that RDS takes."""

    instance_class: Annotated[str, AfterValidator(_check_instance_class)] = "db.t4g.medium"
    """The instance class, which determines CPU and memory."""

    storage_gib: Annotated[int, int_range(20, 65536, "storage size for gp3", "GiB")] = 50
    """The allocated storage in GiB, 20-65536 (RDS User Guide, "General Purpose SSD storage").
    The storage cannot be reduced later."""

    maximum_storage_gib: Annotated[int, int_range(22, 65536, "storage size", "GiB")] | None = 200
    """The limit on storage autoscaling in GiB, at least 10 percent above `storage_gib` and at most
    65536; None turns storage autoscaling off."""

    multi_az: bool = True
    """True to run a standby in another Availability Zone; the standby takes over if the instance
    fails."""

    backup_retention_days: Annotated[int, int_range(0, 35, "retention", "days")] = 14
    """Retention of automated backups in days, 0-35. The database can be restored to any second
    in that period. 0 turns automated backups off."""

    backup_window: DailyWindow = "03:00-04:00"
    """The window of the daily snapshot, in UTC."""

    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """The window in UTC in which AWS upgrades minor versions and applies changes that need a
    restart."""

    deletion_protection: bool = True
    """True to protect the database from deletion. AWS rejects the deletion, even after the
    database is removed from the settings. Terraform rejects plans that delete or replace the
    database while the settings describe it. `Hardening.deletion_protection` has the same effect,
    even if this field is False. If the field is True, `final_snapshot` must be True and
    `backup_retention_days` at least 7."""

    final_snapshot: bool = True
    """True to take a snapshot before the database is deleted."""

    performance_insights: bool = True
    """True to turn on Performance Insights, with the free retention of 7 days."""

    monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    """Interval of the operating system metrics, 1, 5, 10, 15, 30 or 60 seconds; 0 turns Enhanced
    Monitoring off."""

    url_scheme: Annotated[str, AfterValidator(_check_scheme)] = "postgresql"
    """The scheme of the URL. SQLAlchemy needs a driver in the scheme, for example
    ``postgresql+psycopg``."""

    url_options: FrozenMapping[str, str] = freeze({"sslmode": "require"})
    """The query parameters of the URL, with the names that the driver uses. Parameters for the
    host, the port, the user, the password or the database are not allowed. If set, ``sslmode`` must
    be ``require``, ``verify-ca`` or ``verify-full``. Regardless of the parameters, the server
    rejects connections without TLS."""

    not_secret: tuple[str, ...] = ()
    """Names of `url_options` whose values look like credentials but are not secret."""

    @classmethod
    def production(cls, **changes: "Unpack[DatabaseChanges]") -> Self:
        """Return settings for production, with `changes` applied.

        Unless `changes` override them, the settings are two zones, 14 days of backups and deletion
        protection.
        """
        return cls(**changes)

    @classmethod
    def relaxed(cls, **changes: "Unpack[DatabaseChanges]") -> Self:
        """Return settings that are cheap and easy to delete, with `changes` applied.

        Unless `changes` override them, the settings are one zone, 7 days of backups and no deletion
        protection.
        """
        cheap: DatabaseChanges = {
            "instance_class": "db.t4g.micro",
            "storage_gib": 20,
            "maximum_storage_gib": 50,
            "multi_az": False,
            "backup_retention_days": 7,
            "deletion_protection": False,
            "final_snapshot": False,
            "performance_insights": False,
            "monitoring_interval_seconds": 0,
        }
        cheap.update(changes)
        return cls(**cheap)

    @property
    def query(self) -> str:
        """The query string of the URL, including the question mark; empty without `url_options`."""
        pairs = [
            f"{quote(key, safe='')}={quote(value, safe='')}"
            for key, value in sorted(self.url_options.items())
        ]
        return f"?{'&'.join(pairs)}" if pairs else ""

    @rule
    def _check_storage(self) -> Iterator[SettingsProblem]:
        # RDS User Guide, "Managing capacity automatically with storage autoscaling": the maximum
        # must be at least 10 percent above the allocated storage.
        if self.maximum_storage_gib is None:
            return
        least = -(-self.storage_gib * 11 // 10)
        if self.maximum_storage_gib < least:
            yield SettingsProblem(
                "maximum_storage_gib",
                f"{self.maximum_storage_gib} GiB is not at least 10 percent above storage_gib "
                f"{self.storage_gib}",
                f"set maximum_storage_gib to {least} or more, or to None for no growth",
            )

    @rule
    def _check_final_snapshot(self) -> Iterator[SettingsProblem]:
        if self.deletion_protection and not self.final_snapshot:
            yield SettingsProblem(
                "final_snapshot",
                "is off, but deletion_protection, which requires a final snapshot, is on",
                "turn final_snapshot on, or turn deletion_protection off",
            )

    @rule
    def _check_backup_retention(self) -> Iterator[SettingsProblem]:
        if self.deletion_protection and self.backup_retention_days < 7:
            yield SettingsProblem(
                "backup_retention_days",
                f"{self.backup_retention_days} is too short for a database with "
                "deletion_protection (7-35 days)",
                "use 7 days or more, or turn deletion_protection off",
            )

    @rule
    def _check_windows(self) -> Iterator[SettingsProblem]:
        yield from overlap_problems(
            "backup_window", self.backup_window, self.maintenance_window, service="RDS"
        )

    @rule
    def _check_sslmode(self) -> Iterator[SettingsProblem]:
        mode = self.url_options.get("sslmode", "require")
        if mode not in _ENCRYPTED_MODES:
            yield SettingsProblem(
                "url_options.sslmode",
                f"{mode!r} lets a client connect without TLS",
                f"use one of {', '.join(_ENCRYPTED_MODES)}",
            )

    @rule
    def _check_overriding_options(self) -> Iterator[SettingsProblem]:
        for name in self.url_options:
            if name.lower() in _OVERRIDING_OPTIONS:
                yield SettingsProblem(
                    f"url_options.{name}",
                    "would replace another part of the URL in some drivers, so that services "
                    "would connect to another database or as another user",
                    "remove the parameter; for a database that is managed elsewhere, use "
                    "ExistingDatabase",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DatabaseChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DatabaseChanges(TypedDict, total=False):
        url_secret: EnvironmentVariableName
        name: str
        username: str
        password_version: int
        engine_version: Literal["14", "15", "16", "17"]
        major_upgrade: bool
        instance_class: str
        storage_gib: int
        maximum_storage_gib: int | None
        multi_az: bool
        backup_retention_days: int
        backup_window: DailyWindow
        maintenance_window: WeeklyWindow
        deletion_protection: bool
        final_snapshot: bool
        performance_insights: bool
        monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60]
        url_scheme: str
        url_options: FrozenMapping[str, str]
        not_secret: tuple[str, ...]
