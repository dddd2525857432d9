"""Validation rules for the database, the cache, their secrets and backups."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.data.maintenance_window import daily_window, overlap, overlap_daily
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.existing.data_stores import ExistingCache, ExistingDatabase
from navra_stacks.settings.networking.vpc import ExistingVpc

__all__ = ["RULES"]


def check_backup_source(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """If backups are on, check that there is a database and that its ARN is known."""
    if environment.hardening.backups is None or isinstance(environment.database, Database):
        return
    if environment.database is None:
        yield SettingsProblem(
            "hardening.backups",
            "is on, but the environment has no database",
            "add a database, or turn the backups off",
        )
    elif environment.database.arn is None:
        yield SettingsProblem(
            "hardening.backups",
            "is on, but the ARN of the existing database is not set",
            "set database.arn, or turn the backups off",
        )


def check_backup_start_hour(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that backups start outside the database's backup and maintenance windows.

    RDS takes one snapshot at a time. AWS Backup starts no backup in the maintenance window or in
    the hour before it (AWS Backup, "Backup plan options and configuration").
    """
    backups, database = environment.hardening.backups, environment.database
    if backups is None or not isinstance(database, Database):
        return
    hour = backups.start_hour_utc
    field, repair = "hardening.backups.start_hour_utc", "choose another hour"
    if overlap(daily_window(hour, 2), database.maintenance_window):
        yield SettingsProblem(
            field,
            f"{hour} is in database.maintenance_window {database.maintenance_window!r} or in the "
            "hour before it, when AWS Backup starts no backup",
            repair,
        )
    if overlap_daily(daily_window(hour, 1), database.backup_window):
        yield SettingsProblem(
            field,
            f"{hour} overlaps database.backup_window {database.backup_window!r}, when RDS takes "
            "its own snapshot",
            repair,
        )


def check_storage_alarm(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the threshold for free storage is below the size of the storage."""
    alarms, database = environment.hardening.alarms, environment.database
    if alarms is None or not isinstance(database, Database):
        return
    least = alarms.database.free_storage_gib
    if least is not None and least >= database.storage_gib:
        yield SettingsProblem(
            "hardening.alarms.database.free_storage_gib",
            f"{least} is not below database.storage_gib {database.storage_gib}, so the alarm would "
            "always be in the ALARM state",
            "lower free_storage_gib, or raise database.storage_gib",
        )


def check_connection_alarm(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the threshold for connections is known and below the limit of the class."""
    alarms, database = environment.hardening.alarms, environment.database
    if alarms is None or not isinstance(database, Database):
        return
    field = "hardening.alarms.database.connections"
    most, limit = alarms.database.connections, database.max_connections
    if most is None and limit is None:
        yield SettingsProblem(
            field,
            "is missing, and would follow from the memory of database.instance_class "
            f"{database.instance_class!r}, which is not in the library's table",
            "set connections to about 80 percent of the parameter max_connections of that class",
        )
    elif most is not None and limit is not None and most >= limit:
        yield SettingsProblem(
            field,
            f"{most} is not below the {limit} connections that {database.instance_class!r} allows "
            "at most, so the alarm would never go into the ALARM state",
            "lower connections, or remove it for a threshold that follows from the class",
        )


def check_egress_destinations(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that existing data stores have a port, and either a security group or a CIDR.

    These settings are required only with `Hardening.restricted_egress`.
    """
    if not environment.hardening.restricted_egress:
        return
    for field in ("database", "cache"):
        store = getattr(environment, field)
        if isinstance(store, ExistingDatabase | ExistingCache) and not store.is_located:
            yield SettingsProblem(
                "hardening.restricted_egress",
                f"is on, but the port and the security group or CIDR of the existing {field} are "
                "not set, so tasks could not connect to it",
                f"set {field}.port, and either {field}.security_group_id or {field}.cidr",
            )


def check_data_secrets(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the database and the cache have different secrets.

    Two existing data stores can have the same secret, because Terraform writes no value to it.
    """
    database, cache = environment.database, environment.cache
    if database is None or cache is None:
        return
    if isinstance(database, ExistingDatabase) and isinstance(cache, ExistingCache):
        return
    others = {name: path for path, name in database.secret_fields.items()}
    for path, name in cache.secret_fields.items():
        if name in others:
            yield SettingsProblem(
                f"cache.{path}",
                f"{name!r} is also database.{others[name]}, but a secret holds one value",
                "use different secrets for the database and the cache",
            )


def check_part_variables(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no container sets a variable that it gets with the password of the database."""
    database = environment.database
    if not isinstance(database, Database) or database.parts is None:
        return
    for service in environment.services:
        for path, container in service.containers_with_paths:
            if database.parts.password not in container.secrets:
                continue
            for part, name in database.parts.variables.items():
                if name in database.secret_names:
                    continue  # the settings of the database report it
                for field in ("environment", "secrets"):
                    if name in getattr(container, field):
                        yield SettingsProblem(
                            f"services.{service.name}.{path}.{field}",
                            f"{name!r} is also database.parts.{part}, which sets the variable",
                            f"remove the variable from `{field}`, or use another one in parts",
                        )


def check_recovery_windows(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check the recovery windows of secrets.

    Only a secret that Terraform creates can have a recovery window, and the recovery window cannot
    be 0 if `Hardening.deletion_protection` is on.
    """
    stores = environment.managed_data_stores()
    data_secrets = {name for _, store in stores for name in store.secret_names}
    protected = environment.hardening.deletion_protection
    for secret in environment.secrets:
        if secret.recovery_window_days is None:
            continue
        path = f"secrets.{secret.name}.recovery_window_days"
        if not secret.managed and secret.name not in data_secrets:
            yield SettingsProblem(
                path,
                f"{secret.recovery_window_days} is set for a secret that Terraform only looks up",
                "remove recovery_window_days, or set managed=True",
            )
        elif secret.recovery_window_days == 0 and protected:
            yield SettingsProblem(
                path,
                "0 deletes the secret immediately, but hardening.deletion_protection is on "
                "(which requires 7-30 days)",
                "use 7-30, or remove recovery_window_days for the default of 30",
            )


def check_identifiers(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check names for consecutive hyphens, which RDS and ElastiCache reject (API references)."""
    if "--" in environment.names.stack:
        for field, _ in environment.managed_data_stores():
            yield SettingsProblem(
                field,
                f"would be named '{environment.names.stack}-...', but AWS does not allow two "
                "consecutive hyphens in that name",
                "use a project name and an environment name without consecutive hyphens",
            )


def check_private_subnets(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """If a data store uses private subnets of an existing VPC, check that there are at least two.

    RDS requires two Availability Zones, and so does the failover of a cache.
    """
    network = environment.network
    if isinstance(network, ExistingVpc) and len(network.private_subnet_ids) == 1:
        for field, _ in environment.managed_data_stores():
            yield SettingsProblem(
                "network.private_subnet_ids",
                f"contains 1 subnet, but the {field} needs two, each in a different Availability "
                "Zone",
                "add a private subnet in another Availability Zone",
            )


RULES = (
    check_backup_source,
    check_backup_start_hour,
    check_storage_alarm,
    check_connection_alarm,
    check_egress_destinations,
    check_data_secrets,
    check_part_variables,
    check_recovery_windows,
    check_identifiers,
    check_private_subnets,
)
