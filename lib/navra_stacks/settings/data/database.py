"""A PostgreSQL database that Terraform creates."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.database_parts import DatabaseParts
from navra_stacks.settings.data.database_url import (
    DatabaseOption,
    Driver,
    option_problems,
    url_form,
    url_query,
)
from navra_stacks.settings.data.instance_memory import max_connections
from navra_stacks.settings.data.maintenance_window import (
    DailyWindow,
    WeeklyWindow,
    overlap_problems,
)
from navra_stacks.settings.data.postgres_names import check_database_name, check_user
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import invalid, rule
from navra_stacks.settings.model.data_store import DataStore
from navra_stacks.settings.model.field_types import (
    CLASS_PATTERN,
    NOT_BOOL,
    EnvironmentVariableName,
    int_range,
)
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping

__all__ = ["POSTGRES_PORT", "Database"]

POSTGRES_PORT = 5432

_RETIRED_FAMILIES = frozenset("t1 t2 m1 m2 m3 m4 r3 r4 x1 x1e z1d".split())
"""Families of instance classes that do not support PostgreSQL 14 and later (RDS User Guide,
"Supported DB engines for DB instance classes")."""


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


class Database(DataStore):
    """A PostgreSQL database on RDS.

    The defaults are for production; `relaxed()` returns settings that are cheap and easy to delete.
    Secrets Manager generates the password, which is never in code, plan or state. URLs contain the
    password and are stored in secrets. Set at least one of `url_secret`, `further_urls` and
    `parts`. A service into which one of these secrets is injected gets network access to the
    database.
    """

    former_names: ClassVar[Mapping[str, str]] = {"url_scheme": "driver"}

    url_secret: EnvironmentVariableName | None = None
    """The name of the secret that Terraform creates for the database's URL; None for no such
    secret."""

    driver: Driver | None = None
    """The driver of the clients that read `url_secret`, which determines the scheme of the URL and
    the parameter that requires TLS: ``asyncpg``, ``psycopg`` or ``psycopg2`` for SQLAlchemy with
    that driver, ``libpq`` for `psql`, Django, Prisma, and drivers without SQLAlchemy. If None, the
    URL is the one for ``libpq``, and `navra synth` reports that the driver is missing."""

    url_options: FrozenMapping[DatabaseOption, str] = EMPTY
    """Further query parameters of the URL in `url_secret`, with the names that the driver uses. TLS
    is required without a parameter here: ``sslmode=require``, or ``ssl=require`` for ``asyncpg``.
    Another value in `url_options`, for example ``verify-full``, replaces ``require``. ``asyncpg``
    reads the path of the root certificates from the environment variable PGSSLROOTCERT. Parameters
    for the host, the port, the user, the password or the database are not allowed. Regardless of
    the parameters, the server rejects connections without TLS."""

    not_secret: tuple[str, ...] = ()
    """Names of `url_options` whose values look like credentials but are not secret."""

    further_urls: FrozenMapping[EnvironmentVariableName, Driver] = EMPTY
    """Further secrets with a URL of the database, each for another driver, for example
    ``{"MIGRATION_DATABASE_URL": "psycopg"}``. `url_options` do not apply to these URLs."""

    parts: DatabaseParts | None = None
    """Environment variables for clients that read the host, the port, the user, the password and
    the name of the database separately, with a secret for the password; None for no variables."""

    name: Annotated[str, AfterValidator(check_database_name)] = "app"
    """The name of the database in the instance. A change replaces the instance."""

    username: Annotated[str, AfterValidator(check_user)] = "app"
    """The name of the master user. A change replaces the instance."""

    password_version: Annotated[int, int_range(1, 1_000_000, "version")] = 1
    """The version of the password. Raise the number by one to rotate the password in the
    database and in the URL. Then restart the services, because a task reads the URL when it
    starts, and the old password is no longer valid."""

    engine_version: Literal["14", "15", "16", "17", "18"] = "17"
    """The major version of PostgreSQL; RDS selects the minor version and upgrades it. To raise
    the major version, see `major_upgrade`."""

    major_upgrade: bool = False
    """True to allow an upgrade to another major version, which RDS rejects otherwise. Set
    `major_upgrade` for the one apply that raises `engine_version`, then remove it. That apply
    makes all changes of the database immediately instead of in the maintenance window, and the
    database is down during the upgrade. Before that apply, test the upgrade with a restored
    snapshot, because the only way back is to restore one of the snapshots that RDS takes."""

    extended_support: bool = False
    """True to run the database with RDS Extended Support, at extra cost, after the standard support
    of its major version has ended. If False, RDS then upgrades the database to the next major
    version. Only for a new database: to change it later, see docs/hardening.md."""

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

    monitoring_interval_seconds: Annotated[Literal[0, 1, 5, 10, 15, 30, 60], NOT_BOOL] = 60
    """Interval of the operating system metrics, 1, 5, 10, 15, 30 or 60 seconds; 0 turns Enhanced
    Monitoring off."""

    @classmethod
    @variant
    def production(cls, **changes: "Unpack[DatabaseChanges]") -> Self:
        """Return settings for production, with `changes` applied.

        Unless `changes` override them, the settings are two zones, 14 days of backups and deletion
        protection.
        """
        return cls(**changes)

    @classmethod
    @variant
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
    def secret_fields(self) -> Mapping[str, str]:
        fields = {} if self.url_secret is None else {"url_secret": self.url_secret}
        fields |= {f"further_urls.{name}": name for name in self.further_urls}
        return fields if self.parts is None else {**fields, "parts.password": self.parts.password}

    @property
    def max_connections(self) -> int | None:
        """The highest possible limit of connections; None if it is not known for the class."""
        return max_connections(self.instance_class)

    @property
    def low_storage_gib(self) -> int:
        """The free storage in GiB below which autoscaling does not help or does not exist."""
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html: RDS
        # adds storage if 10 percent or less is free for five minutes.
        percent = 10 if self.maximum_storage_gib is None else 5
        return max(1, self.storage_gib * percent // 100)

    @property
    def is_driver_unknown(self) -> bool:
        """True if `url_secret` contains a URL for a driver that is not known yet."""
        return self.url_secret is not None and self.driver is None

    @property
    def urls(self) -> Mapping[str, tuple[str, str]]:
        """The scheme and the query string of each URL, by the name of its secret."""
        own: Mapping[str, tuple[Driver | None, Mapping[str, str]]]
        own = {} if self.url_secret is None else {self.url_secret: (self.driver, self.url_options)}
        further = {name: (driver, EMPTY) for name, driver in self.further_urls.items()}
        return {
            name: (form.scheme, url_query({form.tls_option: "require", **options}))
            for name, (driver, options) in {**own, **further}.items()
            for form in (url_form(driver),)
        }

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
    def _check_url_options(self) -> Iterator[SettingsProblem]:
        yield from option_problems(self.url_options, self.driver)

    @rule
    def _check_access(self) -> Iterator[SettingsProblem]:
        if not (self.url_secret or self.further_urls or self.parts):
            yield SettingsProblem(
                "url_secret",
                "is missing, as are further_urls and parts, so no service could connect to "
                "the database",
                "set url_secret, further_urls or parts",
            )
        if self.url_secret is None and (self.driver is not None or self.url_options):
            yield SettingsProblem(
                "driver" if self.driver is not None else "url_options",
                "is set without url_secret, to whose URL it applies",
                "set url_secret, or remove driver and url_options",
            )

    @rule
    def _check_variable_names(self) -> Iterator[SettingsProblem]:
        taken = set() if self.url_secret is None else {self.url_secret}
        parts = () if self.parts is None else (self.parts.password, *self.parts.variables.values())
        for field, names in (("further_urls", self.further_urls), ("parts", sorted(set(parts)))):
            for name in names:
                if name in taken:
                    yield SettingsProblem(
                        field,
                        f"{name!r} is also the variable of another URL",
                        "use a different variable for each URL and each part",
                    )
            taken.update(names)

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DatabaseChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DatabaseChanges(TypedDict, total=False):
        url_secret: EnvironmentVariableName | None
        driver: Driver | None
        url_options: FrozenMapping[DatabaseOption, str]
        not_secret: tuple[str, ...]
        further_urls: FrozenMapping[EnvironmentVariableName, Driver]
        parts: DatabaseParts | None
        name: str
        username: str
        password_version: int
        engine_version: Literal["14", "15", "16", "17", "18"]
        major_upgrade: bool
        extended_support: bool
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
