"""A PostgreSQL database of the environment's own."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.maintenance_window import (
    DailyWindow,
    WeeklyWindow,
    overlap_problems,
)
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import CLASS_PATTERN, EnvironmentVariableName, between

__all__ = ["POSTGRES_PORT", "Database"]

POSTGRES_PORT = 5432

_RESERVED_USERS = frozenset(
    "admin administrator master postgres public rdsadmin rdsrepladmin rds_superuser root sa"
    " superuser user".split()
)
"""The names that RDS keeps for itself or PostgreSQL knows as words, and those that an attacker
tries first (FSBP RDS.25)."""

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
"""Words that name nothing in PostgreSQL unless they are quoted (PostgreSQL, Appendix C "SQL Key
Words": reserved, also those that can be a function or type); RDS refuses them."""

_RETIRED_FAMILIES = frozenset("t1 t2 m1 m2 m3 m4 r3 r4 x1 x1e z1d".split())
"""Families of instance classes that PostgreSQL 14 and later do not run on (RDS User Guide,
"Supported DB engines for DB instance classes")."""

_ENCRYPTED_MODES = ("require", "verify-ca", "verify-full")
"""The values of libpq's `sslmode` that never fall back to plain text."""


def _check_instance_class(value: str) -> str:
    if re.fullmatch(CLASS_PATTERN.format("db"), value) is None:
        raise refuse(f"{value!r} is not an instance class of RDS", "as in 'db.t4g.medium'")
    if (family := value.split(".")[1]) in _RETIRED_FAMILIES:
        raise refuse(
            f"{value!r} is of the family {family!r}, which PostgreSQL 14 and later do not run on",
            "choose a current class, as in 'db.t4g.medium'",
        )
    return value


def _refuse_reserved_word(value: str) -> None:
    if value.lower() in _RESERVED_WORDS:
        raise refuse(f"{value!r} is a reserved word of PostgreSQL", "choose another")


def _check_user(value: str) -> str:
    if value.lower() in _RESERVED_USERS or value.lower().startswith("pg_"):
        raise refuse(
            f"{value!r} is reserved, or the first name that an attacker tries", "choose another"
        )
    _refuse_reserved_word(value)
    if re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value) is None:
        raise refuse(
            f"{value!r} is not a user name",
            "use 1-63 lower-case letters, digits and underscores, starting with a letter",
        )
    return value


def _check_database_name(value: str) -> str:
    if value in _RESERVED_DATABASES:
        raise refuse(f"{value!r} exists in every instance of PostgreSQL", "choose another")
    _refuse_reserved_word(value)
    if re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value) is None:
        raise refuse(
            f"{value!r} is not the name of a database",
            "use 1-63 lower-case letters, digits and underscores, starting with a letter",
        )
    return value


def _check_scheme(value: str) -> str:
    if re.fullmatch(r"postgres(ql)?(\+[a-z0-9]+)?", value) is None:
        raise refuse(
            f"{value!r} is not the scheme of a PostgreSQL URL",
            "as in 'postgresql' or 'postgresql+psycopg'",
        )
    return value


class Database(Settings):
    """PostgreSQL on RDS, made and protected by Terraform.

    Its defaults are those of production; `relaxed()` is cheap and deletable. The password is made
    in Secrets Manager and is in no code, plan or state; the URL with it goes into `url_secret`.
    """

    url_secret: EnvironmentVariableName
    """The secret that is made and filled with the URL; services that inject it may connect."""

    name: Annotated[str, AfterValidator(_check_database_name)] = "app"
    """The database inside the instance. Another name replaces the instance."""

    username: Annotated[str, AfterValidator(_check_user)] = "app"
    """The user that owns it. Another name replaces the instance."""

    password_version: Annotated[int, between(1, 1_000_000, "a version")] = 1
    """Raise it by one for a new password, in the database and in the URL alike. Then start the
    services anew: a task reads the URL when it starts, and the old password works no longer."""

    engine_version: Literal["14", "15", "16", "17"] = "17"
    """The major version; RDS chooses the minor one and upgrades it. To raise it, see
    `major_upgrade`."""

    major_upgrade: bool = False
    """Whether an apply may take the database to another major version, which RDS refuses
    otherwise. Set it for the one apply that raises `engine_version`, then take it out: that apply
    makes every change of the database at once instead of in the maintenance window, and the
    database is down meanwhile. Try it on a restored snapshot first: there is no way back but the
    snapshots that RDS takes."""

    instance_class: Annotated[str, AfterValidator(_check_instance_class)] = "db.t4g.medium"
    """CPU and memory."""

    storage_gib: Annotated[int, between(20, 65536, "a storage size of gp3", "GiB")] = 50
    """The disk in GiB, 20-65536 (RDS User Guide, "General Purpose SSD storage"). It never shrinks.
    """

    maximum_storage_gib: Annotated[int, between(22, 65536, "a storage size", "GiB")] | None = 200
    """How far the disk grows by itself; None lets it fill up."""

    multi_az: bool = True
    """Whether a standby in another zone takes over when this one fails."""

    backup_retention_days: Annotated[int, between(0, 35, "a retention", "days")] = 14
    """How far back the database can be restored to any second, 0-35 days; 0 turns that off."""

    backup_window: DailyWindow = "03:00-04:00"
    """When the daily snapshot is taken, in UTC."""

    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """When AWS upgrades minor versions and applies what needs a restart, in UTC."""

    deletion_protection: bool = True
    """Whether AWS refuses to delete it, also once it is taken out of the settings, and Terraform
    refuses to delete or replace it while it is described. `Hardening.deletion_protection` does the
    same for a database that does not ask for it."""

    final_snapshot: bool = True
    """Whether a snapshot is taken when it is deleted all the same."""

    performance_insights: bool = True
    """Whether load by query is kept for the 7 days that cost nothing."""

    monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    """How often the operating system's metrics are told; 0 turns enhanced monitoring off."""

    url_scheme: Annotated[str, AfterValidator(_check_scheme)] = "postgresql"
    """How the URL begins; drivers of SQLAlchemy have their own: ``postgresql+psycopg``."""

    url_options: Mapping[str, str] = {"sslmode": "require"}
    """What follows the question mark of the URL, as the driver spells it. The server refuses
    connections without TLS whatever is said here."""

    @classmethod
    def production(cls, **changes: Any) -> Self:
        """Two zones, 14 days of backups, protected against deletion; with the `changes` named."""
        return cls(**changes)

    @classmethod
    def relaxed(cls, **changes: Any) -> Self:
        """One zone, 7 days of backups, gone when it is deleted; with the `changes` named."""
        cheap: dict[str, Any] = {
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
        return cls(**(cheap | changes))

    @property
    def query(self) -> str:
        """`url_options` as the end of the URL, or nothing."""
        pairs = [
            f"{quote(key, safe='')}={quote(value, safe='')}"
            for key, value in sorted(self.url_options.items())
        ]
        return f"?{'&'.join(pairs)}" if pairs else ""

    @rule
    def _storage_grows(self) -> Iterator[SettingsProblem]:
        # RDS User Guide, "Managing capacity automatically with storage autoscaling": the maximum
        # is at least 10 percent above what is allocated.
        if self.maximum_storage_gib is None:
            return
        least = -(-self.storage_gib * 11 // 10)
        if self.maximum_storage_gib < least:
            yield SettingsProblem(
                "maximum_storage_gib",
                f"{self.maximum_storage_gib} GiB is not 10 percent above storage_gib "
                f"{self.storage_gib}",
                f"give {least} or more, or None for a disk that does not grow",
            )

    @rule
    def _protected_data_is_kept(self) -> Iterator[SettingsProblem]:
        if self.deletion_protection and not self.final_snapshot:
            yield SettingsProblem(
                "final_snapshot",
                "is off, but deletion_protection is on",
                "keep the snapshot, or give up the protection too",
            )

    @rule
    def _standby_is_backed_up(self) -> Iterator[SettingsProblem]:
        if self.deletion_protection and self.backup_retention_days < 7:
            yield SettingsProblem(
                "backup_retention_days",
                f"{self.backup_retention_days} is too short for a database with "
                "deletion_protection (7-35 days)",
                "keep 7 days or more, or give up the protection too",
            )

    @rule
    def _windows_are_apart(self) -> Iterator[SettingsProblem]:
        yield from overlap_problems(
            "backup_window", self.backup_window, self.maintenance_window, refused_by="RDS"
        )

    @rule
    def _url_is_encrypted(self) -> Iterator[SettingsProblem]:
        mode = self.url_options.get("sslmode", "require")
        if mode not in _ENCRYPTED_MODES:
            yield SettingsProblem(
                "url_options.sslmode",
                f"{mode!r} lets a client connect without TLS ({', '.join(_ENCRYPTED_MODES)})",
                "choose one of these",
            )
