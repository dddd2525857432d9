"""What is refused of databases, caches, secrets and backups, each with its own message."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Alarms,
    Backups,
    Cache,
    Database,
    DatabaseThresholds,
    Environment,
    ExistingCache,
    ExistingDatabase,
    ExistingVpc,
    Hardening,
    Secret,
    SettingsError,
)
from navra_stacks.settings.data.maintenance_window import overlap, overlap_daily

DATABASE = Database.production(url_secret="DATABASE_URL")
CACHE = Cache.production(url_secret="REDIS_URL")


def refusal(**changes) -> str:
    with pytest.raises(SettingsError) as refused:
        STAGING.replace(**changes)
    return str(refused.value)


@pytest.mark.parametrize("database", [DATABASE, Database.relaxed(url_secret="DATABASE_URL")])
@pytest.mark.parametrize("cache", [CACHE, Cache.relaxed(url_secret="REDIS_URL")])
def test_both_variants_are_accepted(database, cache):
    environment = STAGING.replace(database=database, cache=cache)
    assert (environment.database, environment.cache) == (database, cache)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"username": "postgres"},
            "database.username: 'postgres' is reserved, or the first name that an attacker tries; "
            "choose another",
        ),
        ({"username": "admin"}, "database.username: 'admin' is reserved"),
        ({"username": "rdsadmin"}, "database.username: 'rdsadmin' is reserved"),
        ({"username": "pg_owner"}, "database.username: 'pg_owner' is reserved"),
        ({"username": "9lives"}, "database.username: '9lives' is not a user name"),
        ({"name": "postgres"}, "database.name: 'postgres' exists in every instance"),
        ({"name": "my-app"}, "database.name: 'my-app' is not the name of a database"),
        (
            {"final_snapshot": False},
            "database.final_snapshot: is off, but deletion_protection is on; keep the snapshot",
        ),
        (
            {"storage_gib": 19},
            "database.storage_gib: 19 is not a storage size of gp3 (20-65536 GiB)",
        ),
        (
            {"storage_gib": 100, "maximum_storage_gib": 100},
            "database.maximum_storage_gib: 100 GiB is not 10 percent above storage_gib 100; "
            "give 110 or more",
        ),
        (
            {"engine_version": "9.6"},
            "database.engine_version: '9.6' is not one of '14', '15', '16' or '17'",
        ),
        (
            {"instance_class": "db.m4.large"},
            "database.instance_class: 'db.m4.large' is of the family 'm4', which PostgreSQL 14 and "
            "later do not run on; choose a current class, as in 'db.t4g.medium'",
        ),
        ({"instance_class": "db.x1e.xlarge"}, "is of the family 'x1e', which PostgreSQL 14 and"),
        (
            {"instance_class": "db.r6g.2large"},
            "database.instance_class: 'db.r6g.2large' is not an instance class of RDS",
        ),
        ({"name": "order"}, "database.name: 'order' is a reserved word of PostgreSQL; choose"),
        ({"username": "Table"}, "database.username: 'Table' is a reserved word of PostgreSQL"),
        ({"username": "user"}, "database.username: 'user' is reserved, or the first name"),
        (
            {"instance_class": "t4g.medium"},
            "database.instance_class: 't4g.medium' is not an instance class of RDS",
        ),
        (
            {"backup_retention_days": 36},
            "database.backup_retention_days: 36 is not a retention (0-35 days)",
        ),
        (
            {"backup_retention_days": 3},
            "database.backup_retention_days: 3 is too short for a database with "
            "deletion_protection (7-35 days)",
        ),
        (
            {"backup_window": "04:00-05:00"},
            "database.backup_window: '04:00-05:00' overlaps maintenance_window "
            "'sun:04:30-sun:05:30', which RDS refuses",
        ),
        ({"backup_window": "4-5"}, "database.backup_window: '4-5' is not a daily window"),
        (
            {"backup_window": "03:00-03:10"},
            "database.backup_window: '03:00-03:10' is 10 minutes long",
        ),
        (
            {"maintenance_window": "Sunday"},
            "database.maintenance_window: 'Sunday' is not a weekly window",
        ),
        (
            {"url_options": {"sslmode": "prefer"}},
            "database.url_options.sslmode: 'prefer' lets a client connect without TLS",
        ),
        ({"url_scheme": "mysql"}, "database.url_scheme: 'mysql' is not the scheme of a PostgreSQL"),
        ({"password_version": 0}, "database.password_version: 0 is not a version"),
        ({"password": "x"}, "database.password: is not a setting of Database"),
    ],
)
def test_a_database_is_refused(given, message):
    database = Database.production(**({"url_secret": "DATABASE_URL"} | given))
    assert message in refusal(database=database)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"nodes": 1},
            "cache.nodes: 1 leaves automatic_failover nothing to fail over to (2-6); "
            "give two nodes or more, or turn the failover off",
        ),
        (
            {"automatic_failover": False},
            "cache.multi_az: is on, but automatic_failover is off; turn the failover on",
        ),
        ({"nodes": 7}, "cache.nodes: 7 is not a number of nodes (1-6)"),
        (
            {"engine": "redis"},
            "cache.engine_version: '8.0' is not a version of redis here (7.0, 7.1)",
        ),
        ({"node_type": "db.t4g.small"}, "cache.node_type: 'db.t4g.small' is not a node type"),
        ({"node_type": "cache.r7g.2large"}, "cache.node_type: 'cache.r7g.2large' is not a node"),
        (
            {"node_type": "cache.m3.medium"},
            "cache.node_type: 'cache.m3.medium' is of the retired family 'm3'; choose a current "
            "node type, as in 'cache.t4g.small'",
        ),
        (
            {"snapshot_retention_days": 36},
            "cache.snapshot_retention_days: 36 is not a retention (0-35 days)",
        ),
        (
            {"snapshot_window": "05:00-06:00"},
            "cache.snapshot_window: '05:00-06:00' overlaps maintenance_window",
        ),
        ({"auth_token": "x"}, "cache.auth_token: is not a setting of Cache"),
    ],
)
def test_a_cache_is_refused(given, message):
    cache = Cache.production(**({"url_secret": "REDIS_URL"} | given))
    assert message in refusal(cache=cache)


@pytest.mark.parametrize("size", ["medium", "large", "xlarge", "16xlarge"])
def test_sizes_that_aws_has_are_accepted(size):
    database = Database.production(url_secret="DATABASE_URL", instance_class=f"db.r6g.{size}")
    cache = Cache.production(url_secret="REDIS_URL", node_type=f"cache.r7g.{size}")
    STAGING.replace(database=database, cache=cache)


def backed_up_at(hour: int) -> Environment:
    """Daily backups beside 03:00-04:00 for RDS's own, and maintenance on sundays 04:30-05:30."""
    hardening = Hardening.relaxed(backups=Backups(start_hour_utc=hour))
    return STAGING.replace(database=DATABASE, hardening=hardening)


@pytest.mark.parametrize("hour", [3, 4, 5])
def test_backups_at_or_just_before_maintenance_are_refused(hour):
    with pytest.raises(SettingsError) as refused:
        backed_up_at(hour)
    assert (
        f"hardening.backups.start_hour_utc: {hour} lies in database.maintenance_window "
        "'sun:04:30-sun:05:30' or in the hour before it, where AWS Backup starts nothing; choose "
        "another hour"
    ) in str(refused.value)


def test_backups_in_the_backup_window_are_refused():
    with pytest.raises(SettingsError) as refused:
        backed_up_at(3)
    assert (
        "hardening.backups.start_hour_utc: 3 meets database.backup_window '03:00-04:00', in which "
        "RDS takes its own snapshot; choose another hour"
    ) in str(refused.value)


@pytest.mark.parametrize("hour", [0, 2, 6, 23])
def test_backups_at_other_hours_are_accepted(hour):
    assert backed_up_at(hour).hardening.backups.start_hour_utc == hour


def test_an_alarm_on_storage_that_would_always_ring_is_refused():
    database = Database.relaxed(url_secret="DATABASE_URL", storage_gib=20)
    for gib, rings in ((20, True), (19, False)):
        thresholds = DatabaseThresholds(free_storage_gib=gib)
        given = {
            "database": database,
            "hardening": Hardening.relaxed(
                alarms=Alarms(emails=("a@example.com",), database=thresholds)
            ),
        }
        if rings:
            assert (
                "hardening.alarms.database.free_storage_gib: 20 is not below database.storage_gib "
                "20, so it would ring all the time; lower it, or give the database more storage"
            ) in refusal(**given)
        else:
            STAGING.replace(**given)


def test_the_secret_of_the_url_must_be_declared():
    assert "database.url_secret: 'OTHER_URL' is no secret of this environment" in refusal(
        database=Database.relaxed(url_secret="OTHER_URL")
    )


def test_backups_without_a_database_are_refused():
    assert "hardening.backups: is on, but the environment has no database" in refusal(
        database=None, hardening=Hardening.relaxed(backups=Backups())
    )


def test_backups_of_a_database_without_arn_are_refused():
    assert (
        "hardening.backups: is on, but the ARN of the existing database is not known; "
        "give database.arn, or leave the backups off"
    ) in refusal(hardening=Hardening.relaxed(backups=Backups()))


def test_backups_of_what_is_no_database_are_refused():
    assert "database.arn: 'arn:aws:s3:::bucket' is not the ARN of a database" in refusal(
        database=ExistingDatabase(url_secret="DATABASE_URL", arn="arn:aws:s3:::bucket")
    )


def test_restricted_egress_without_knowing_where_things_are_is_refused():
    message = refusal(hardening=Hardening.relaxed(restricted_egress=True))
    for part in ("database", "cache"):
        assert (
            "hardening.restricted_egress: is on, but nobody said where the existing "
            f"{part} is reached, so that tasks would be cut off from it; "
            f"give {part}.port with {part}.security_group_id or {part}.cidr"
        ) in message


def test_restricted_egress_with_what_is_made_here_is_accepted():
    STAGING.replace(
        database=DATABASE, cache=CACHE, hardening=Hardening.relaxed(restricted_egress=True)
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"port": 6379}, "cache.port: 6379 is given, but not the place"),
        ({"cidr": "10.0.0.0/16"}, "cache.port: is missing, but it is said where this is reached"),
        (
            {
                "port": 6379,
                "cidr": "10.0.0.0/16",
                "security_group_id": "sg-0123456789abcdef0",
            },
            "cache.cidr: is given beside security_group_id",
        ),
    ],
)
def test_half_a_place_is_refused(given, message):
    assert message in refusal(cache=ExistingCache(url_secret="REDIS_URL", **given))


def test_one_secret_for_two_urls_is_refused():
    assert "cache.url_secret: 'DATABASE_URL' is the database's too" in refusal(
        cache=Cache.relaxed(url_secret="DATABASE_URL")
    )


def with_secret(name: str, **given) -> tuple[Secret, ...]:
    return tuple(
        Secret(name=one.name, **given) if one.name == name else one for one in STAGING.secrets
    )


@pytest.mark.parametrize("days", [1, 6, 31])
def test_a_recovery_window_that_aws_does_not_offer_is_refused(days):
    secrets = with_secret("OPENAI_API_KEY", managed=True, recovery_window_days=days)
    assert (
        f"secrets.OPENAI_API_KEY.recovery_window_days: {days} is not a recovery window "
        "(0, or 7-30 days)"
    ) in refusal(secrets=secrets)


def test_a_recovery_window_of_a_secret_that_is_looked_up_is_refused():
    secrets = with_secret("OPENAI_API_KEY", recovery_window_days=30)
    assert "30 is given for a secret that Terraform only looks up" in refusal(secrets=secrets)


def test_a_recovery_window_of_the_secret_that_a_database_fills_is_accepted():
    secrets = with_secret("DATABASE_URL", recovery_window_days=7)
    STAGING.replace(secrets=secrets, database=DATABASE)


def test_no_recovery_window_beside_deletion_protection_is_refused():
    secrets = with_secret("OPENAI_API_KEY", managed=True, recovery_window_days=0)
    assert "0 deletes at once, but hardening.deletion_protection is on" in refusal(
        secrets=secrets, hardening=Hardening.relaxed(deletion_protection=True)
    )


def test_a_single_private_subnet_is_refused():
    network = ExistingVpc(
        vpc_id="vpc-0652a6de1c9efdc2f",  # the recorded one
        public_subnet_ids=("subnet-00000001", "subnet-00000002"),
        private_subnet_ids=("subnet-00000003",),
    )
    assert (
        "network.private_subnet_ids: 1 subnet given, the database needs two, each in its own "
        "Availability Zone"
    ) in refusal(network=network, database=DATABASE)
    STAGING.replace(network=network)


def test_two_hyphens_in_a_row_are_refused():
    message = refusal(name="a--b", database=DATABASE, cache=CACHE)
    assert "database: would be named 'aep-a--b-...', but AWS allows no two hyphens" in message
    assert "cache: would be named" in message


@pytest.mark.parametrize("name", ["database", "cache"])
def test_a_service_may_not_take_a_part_s_name(name):
    service = STAGING.service("frontend").replace(name=name)
    routing = STAGING.routing.replace(default=name)
    message = refusal(
        services=(service, STAGING.service("backend")), routing=routing, existing_ids=None
    )
    assert f"{name!r} is what the library calls a part of its own" in message


def test_a_secret_cannot_be_made_at_two_addresses():
    secrets = (*STAGING.secrets, Secret(name="database_url", managed=True))
    assert (
        "secrets: 'DATABASE_URL' and 'database_url' differ in case and signs only, and would share "
        "one Terraform address; name each differently"
    ) in refusal(secrets=secrets)


@pytest.mark.parametrize(
    ("daily", "weekly", "together"),
    [
        ("03:00-04:00", "sun:04:00-sun:05:00", False),
        ("03:00-04:01", "sun:04:00-sun:05:00", True),
        ("23:30-00:30", "mon:00:00-mon:01:00", True),
        ("23:30-00:00", "mon:00:00-mon:01:00", False),
        ("00:00-00:30", "sun:23:30-mon:00:30", True),
        ("12:00-13:00", "tue:11:00-wed:11:00", True),
    ],
)
def test_windows_overlap_across_midnight_and_the_week(daily, weekly, together):
    assert overlap(daily, weekly) is together


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("03:00-04:00", "04:00-05:00", False),
        ("03:00-04:01", "04:00-05:00", True),
        ("23:30-00:30", "00:00-01:00", True),
        ("23:30-00:00", "00:00-01:00", False),
        ("01:00-09:00", "02:00-03:00", True),
    ],
)
def test_daily_windows_overlap_across_midnight(one, other, together):
    assert overlap_daily(one, other) is overlap_daily(other, one) is together
