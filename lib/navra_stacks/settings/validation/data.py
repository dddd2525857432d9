"""The rules that hold between an environment's database, cache, secrets and its other parts."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.data.maintenance_window import from_hour, overlap, overlap_daily
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.existing.data_stores import ExistingCache, ExistingDatabase
from navra_stacks.settings.networking.vpc import ExistingVpc

__all__ = ["RULES"]


def _made(environment: EnvironmentFields) -> Iterator[tuple[str, Database | Cache]]:
    if isinstance(environment.database, Database):
        yield "database", environment.database
    if isinstance(environment.cache, Cache):
        yield "cache", environment.cache


def backups_have_something_to_back_up(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """AWS Backup is told an ARN, which only a managed database has of itself."""
    if environment.hardening.backups is None or isinstance(environment.database, Database):
        return
    if environment.database is None:
        yield SettingsProblem(
            "hardening.backups",
            "is on, but the environment has no database",
            "give it one, or leave the backups off",
        )
    elif environment.database.arn is None:
        yield SettingsProblem(
            "hardening.backups",
            "is on, but the ARN of the existing database is not known",
            "give database.arn, or leave the backups off",
        )


def backups_start_when_they_can(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """RDS takes one snapshot at a time, and AWS Backup starts none close to maintenance.

    That is from an hour before the window on (AWS Backup, "Backup plan options and configuration").
    """
    backups, database = environment.hardening.backups, environment.database
    if backups is None or not isinstance(database, Database):
        return
    hour = backups.start_hour_utc
    field, repair = "hardening.backups.start_hour_utc", "choose another hour"
    if overlap(from_hour(hour, 2), database.maintenance_window):
        yield SettingsProblem(
            field,
            f"{hour} lies in database.maintenance_window {database.maintenance_window!r} or in the "
            "hour before it, where AWS Backup starts nothing",
            repair,
        )
    if overlap_daily(from_hour(hour, 1), database.backup_window):
        yield SettingsProblem(
            field,
            f"{hour} meets database.backup_window {database.backup_window!r}, in which RDS takes "
            "its own snapshot",
            repair,
        )


def storage_alarm_can_be_quiet(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A disk never has more room than it is large."""
    alarms, database = environment.hardening.alarms, environment.database
    if alarms is None or not isinstance(database, Database):
        return
    least = alarms.database.free_storage_gib
    if least >= database.storage_gib:
        yield SettingsProblem(
            "hardening.alarms.database.free_storage_gib",
            f"{least} is not below database.storage_gib {database.storage_gib}, so it would ring "
            "all the time",
            "lower it, or give the database more storage",
        )


def egress_reaches_what_exists(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Restricted egress lets tasks out to what is named, so it must be known where that is."""
    if not environment.hardening.restricted_egress:
        return
    for field in ("database", "cache"):
        part = getattr(environment, field)
        if isinstance(part, ExistingDatabase | ExistingCache) and not part.is_located:
            yield SettingsProblem(
                "hardening.restricted_egress",
                f"is on, but nobody said where the existing {field} is reached, so that tasks "
                "would be cut off from it",
                f"give {field}.port with {field}.security_group_id or {field}.cidr",
            )


def urls_have_secrets_of_their_own(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Two parts that fill one secret would overwrite each other."""
    database, cache = environment.database, environment.cache
    if database is None or cache is None or database.url_secret != cache.url_secret:
        return
    if any(True for _ in _made(environment)):
        yield SettingsProblem(
            "cache.url_secret",
            f"{cache.url_secret!r} is the database's too, but one secret holds one URL",
            "name another",
        )


def recovery_windows_apply(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A recovery window is that of a secret which Terraform makes, and may delete."""
    filled = {part.url_secret for _, part in _made(environment)}
    protected = environment.hardening.deletion_protection
    for secret in environment.secrets:
        if secret.recovery_window_days is None:
            continue
        place = f"secrets.{secret.name}.recovery_window_days"
        if not secret.managed and secret.name not in filled:
            yield SettingsProblem(
                place,
                f"{secret.recovery_window_days} is given for a secret that Terraform only looks up",
                "leave it out, or set managed=True",
            )
        elif secret.recovery_window_days == 0 and protected:
            yield SettingsProblem(
                place,
                "0 deletes at once, but hardening.deletion_protection is on (7-30 days)",
                "leave it out for 30 days, or give 7-30",
            )


def made_names_are_allowed(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Identifiers of RDS and ElastiCache hold no two hyphens in a row (their API references)."""
    if "--" in environment.names.stack:
        for field, _ in _made(environment):
            yield SettingsProblem(
                field,
                f"would be named '{environment.names.stack}-...', but AWS allows no two hyphens "
                "in a row there",
                "choose another project or environment name",
            )


def subnets_span_zones(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """RDS wants a subnet group of two zones, and so does failover."""
    network = environment.network
    if isinstance(network, ExistingVpc) and len(network.private_subnet_ids) == 1:
        for field, _ in _made(environment):
            yield SettingsProblem(
                "network.private_subnet_ids",
                f"1 subnet given, the {field} needs two, each in its own Availability Zone",
                "name another private subnet",
            )


RULES = (
    backups_have_something_to_back_up,
    backups_start_when_they_can,
    storage_alarm_can_be_quiet,
    egress_reaches_what_exists,
    urls_have_secrets_of_their_own,
    recovery_windows_apply,
    made_names_are_allowed,
    subnets_span_zones,
)
