"""Validation of databases, caches, secrets and backups."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Alarms,
    Backups,
    Cache,
    Database,
    DatabaseParts,
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
from tests.support.settings_errors import problems_of

DATABASE = Database.production(url_secret="DATABASE_URL")
CACHE = Cache.production(url_secret="REDIS_URL")


def error_message(**changes) -> str:
    with pytest.raises(SettingsError) as error:
        STAGING.replace(**changes)
    return str(error.value)


@pytest.mark.parametrize("database", [DATABASE, Database.relaxed(url_secret="DATABASE_URL")])
@pytest.mark.parametrize("cache", [CACHE, Cache.relaxed(url_secret="REDIS_URL")])
def test_accepts_production_and_relaxed(database, cache):
    environment = STAGING.replace(database=database, cache=cache)
    assert (environment.database, environment.cache) == (database, cache)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"username": "postgres"},
            "database.username: 'postgres' is reserved or a common target of attacks; choose "
            "another user name",
        ),
        ({"username": "admin"}, "database.username: 'admin' is reserved"),
        ({"username": "rdsadmin"}, "database.username: 'rdsadmin' is reserved"),
        ({"username": "pg_owner"}, "database.username: 'pg_owner' is reserved"),
        ({"username": "9lives"}, "database.username: '9lives' is not a valid user name"),
        ({"name": "postgres"}, "database.name: 'postgres' exists in every instance"),
        ({"name": "my-app"}, "database.name: 'my-app' is not a valid database name"),
        (
            {"final_snapshot": False},
            "database.final_snapshot: is off, but deletion_protection, which requires a final "
            "snapshot, is on; turn final_snapshot on",
        ),
        (
            {"storage_gib": 19},
            "database.storage_gib: 19 is not a valid storage size for gp3 (20-65536 GiB)",
        ),
        (
            {"storage_gib": 100, "maximum_storage_gib": 100},
            "database.maximum_storage_gib: 100 GiB is not at least 10 percent above storage_gib "
            "100; set maximum_storage_gib to 110 or more",
        ),
        (
            {"engine_version": "9.6"},
            "database.engine_version: '9.6' is not one of '14', '15', '16', '17' or '18'",
        ),
        (
            {"instance_class": "db.m4.large"},
            "database.instance_class: 'db.m4.large' belongs to the family 'm4', which does not "
            "support PostgreSQL 14 and later; use a current class such as 'db.t4g.medium'",
        ),
        (
            {"instance_class": "db.x1e.xlarge"},
            "belongs to the family 'x1e', which does not support",
        ),
        (
            {"instance_class": "db.r6g.2large"},
            "database.instance_class: 'db.r6g.2large' is not a valid RDS instance class",
        ),
        ({"name": "order"}, "database.name: 'order' is a reserved word of PostgreSQL; choose"),
        ({"username": "Table"}, "database.username: 'Table' is a reserved word of PostgreSQL"),
        ({"username": "user"}, "database.username: 'user' is reserved or a common target"),
        (
            {"instance_class": "t4g.medium"},
            "database.instance_class: 't4g.medium' is not a valid RDS instance class",
        ),
        (
            {"backup_retention_days": 36},
            "database.backup_retention_days: 36 is not a valid retention (0-35 days)",
        ),
        (
            {"backup_retention_days": 3},
            "database.backup_retention_days: 3 is too short for a database with "
            "deletion_protection (7-35 days)",
        ),
        (
            {"backup_window": "04:00-05:00"},
            "database.backup_window: '04:00-05:00' overlaps maintenance_window "
            "'sun:04:30-sun:05:30', which RDS does not allow",
        ),
        ({"backup_window": "4-5"}, "database.backup_window: '4-5' is not a valid daily window"),
        (
            {"backup_window": "03:00-03:10"},
            "database.backup_window: '03:00-03:10' is 10 minutes long",
        ),
        (
            {"maintenance_window": "Sunday"},
            "database.maintenance_window: 'Sunday' is not a valid weekly window",
        ),
        (
            {"url_options": {"sslmode": "require", "host": "db.other.example"}},
            "database.url_options.host: would replace another part of the URL in some drivers, so "
            "that services would connect to another database or as another user; remove the "
            "parameter; for a database that is managed elsewhere, use ExistingDatabase",
        ),
        *(
            ({"url_options": {name: "x"}}, f"database.url_options.{name}: would replace another")
            for name in (
                *("hostaddr", "port", "user", "password", "dbname", "database", "service"),
                *("passfile", "servicefile", "sslpassword", "PGHOST", "Host", "username"),
            )
        ),
        (
            {"url_options": {"sslmode": "prefer"}},
            "database.url_options.sslmode: 'prefer' lets a client connect without TLS",
        ),
        (
            {"driver": "asyncpg", "url_options": {"ssl": "prefer"}},
            "database.url_options.ssl: 'prefer' lets a client connect without TLS",
        ),
        (
            {"driver": "asyncpg", "url_options": {"sslmode": "verify-full"}},
            "database.url_options.sslmode: is not a parameter of the driver 'asyncpg'; use 'ssl', "
            "or set the driver that the application uses",
        ),
        (
            {"url_options": {"ssl": "require"}},
            "database.url_options.ssl: is not a parameter of the driver 'libpq'; use 'sslmode'",
        ),
        (
            {"driver": "postgresql"},
            "database.driver: 'postgresql' is not one of 'asyncpg', 'libpq', 'psycopg' or "
            "'psycopg2'; use 'libpq' for a URL with that scheme",
        ),
        (
            {"further_urls": {"MIGRATION_URL": "postgresql+psycopg"}},
            "database.further_urls.MIGRATION_URL: 'postgresql+psycopg' is not one of 'asyncpg', "
            "'libpq', 'psycopg' or 'psycopg2'; use 'psycopg' for a URL with that scheme",
        ),
        ({"driver": "psycopg3"}, "did you mean 'psycopg'?"),
        (
            {"driver": "asyncpg", "url_options": {"sslrootcert": "/app/rds.pem"}},
            "database.url_options.sslrootcert: is not a parameter of the driver 'asyncpg' "
            "(command_timeout, gsslib, krbsrvname, prepared_statement_cache_size, ssl, "
            "target_session_attrs); set the variable PGSSLROOTCERT in the `environment` of the "
            "containers instead",
        ),
        (
            {"driver": "asyncpg", "url_options": {"application_name": "shop"}},
            "database.url_options.application_name: is not a parameter of the driver 'asyncpg' "
            "(command_timeout, gsslib, krbsrvname, prepared_statement_cache_size, ssl, "
            "target_session_attrs); remove the parameter",
        ),
        (
            {"url_options": {"sslmode": "verifyfull"}},
            "database.url_options.sslmode: 'verifyfull' is not a valid value (require, verify-ca, "
            "verify-full); did you mean 'verify-full'?",
        ),
        (
            {"driver": "pg8000"},
            "database.driver: 'pg8000' is not one of 'asyncpg', 'libpq', 'psycopg' or 'psycopg2'",
        ),
        (
            {"url_scheme": "postgresql+psycopg"},
            "database.url_scheme: is not a setting of Database; did you mean 'driver'?",
        ),
        (
            {"url_secret": None},
            "database.url_secret: is missing, as are further_urls and parts, so no service could "
            "connect to the database; set url_secret, further_urls or parts",
        ),
        (
            {
                "url_secret": None,
                "driver": "psycopg",
                "parts": DatabaseParts(password="DATABASE_URL"),
            },
            "database.driver: is set without url_secret, to whose URL it applies",
        ),
        (
            {"further_urls": {"DATABASE_URL": "psycopg"}},
            "database.further_urls: 'DATABASE_URL' is also the variable of another URL; use a "
            "different variable for each URL and each part",
        ),
        (
            {"parts": DatabaseParts(password="DATABASE_URL")},
            "database.parts: 'DATABASE_URL' is also the variable of another URL",
        ),
        (
            {"parts": DatabaseParts(password="OPENAI_API_KEY", host="PGHOST", port="PGHOST")},
            "database.parts.host: 'PGHOST' is the variable of 2 parts",
        ),
        (
            {"parts": DatabaseParts(password="OPENAI_API_KEY", host="APP_ENV")},
            "services.backend.container.environment: 'APP_ENV' is also database.parts.host, which "
            "sets the variable; remove the variable from `environment`, or use another one in "
            "parts",
        ),
        (
            {"parts": DatabaseParts(password="OPENAI_API_KEY", host="ANTHROPIC_API_KEY")},
            "services.backend.container.secrets: 'ANTHROPIC_API_KEY' is also database.parts.host",
        ),
        (
            {"further_urls": {"MIGRATION_URL": "psycopg"}},
            "database.further_urls.MIGRATION_URL: 'MIGRATION_URL' is not a secret of this "
            "environment",
        ),
        ({"password_version": 0}, "database.password_version: 0 is not a valid version"),
        ({"password": "x"}, "database.password: is not a setting of Database"),
    ],
)
def test_rejects_invalid_databases(given, message):
    database = Database.production(**({"url_secret": "DATABASE_URL"} | given))
    assert message in error_message(database=database)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"nodes": 1},
            "cache.nodes: 1 is too few for automatic_failover (2-6); use two nodes or more, or "
            "turn automatic_failover off",
        ),
        (
            {"automatic_failover": False},
            "cache.multi_az: is on, but automatic_failover, which multi_az requires, is off; turn "
            "automatic_failover on",
        ),
        ({"nodes": 7}, "cache.nodes: 7 is not a valid number of nodes (1-6)"),
        (
            {"engine": "redis"},
            "cache.engine_version: '8.2' is not a supported version of redis (7.0, 7.1)",
        ),
        (
            {"node_type": "db.t4g.small"},
            "cache.node_type: 'db.t4g.small' is not a valid ElastiCache node type; use a node type",
        ),
        (
            {"node_type": "cache.r7g.2large"},
            "cache.node_type: 'cache.r7g.2large' is not a valid ElastiCache node type; use a node",
        ),
        (
            {"node_type": "cache.m3.medium"},
            "cache.node_type: 'cache.m3.medium' belongs to the retired family 'm3'; use a "
            "current node type such as 'cache.t4g.small'",
        ),
        (
            {"snapshot_retention_days": 36},
            "cache.snapshot_retention_days: 36 is not a valid retention (0-35 days)",
        ),
        (
            {"snapshot_window": "05:00-06:00"},
            "cache.snapshot_window: '05:00-06:00' overlaps maintenance_window",
        ),
        ({"auth_token": "x"}, "cache.auth_token: is not a setting of Cache"),
        *(
            (
                {"url_options": {name: "1"}, "not_secret": ("password",) * (name == "password")},
                f"cache.url_options.{name}: would replace another part of the URL in redis-py",
            )
            for name in ("db", "host", "password", "Port", "username")
        ),
        (
            {"further_urls": {"OPENAI_API_KEY": 16}},
            "cache.further_urls.OPENAI_API_KEY: 16 is not a valid number of a database (0-15)",
        ),
        (
            {"further_urls": {"REDIS_URL": 1}},
            "cache.further_urls.REDIS_URL: is also url_secret, but a secret holds one URL",
        ),
        (
            {"further_urls": {"DATABASE_URL": 1}},
            "cache.further_urls.DATABASE_URL: 'DATABASE_URL' is also database.url_secret",
        ),
        (
            {"engine_version": 8.2},
            "cache.engine_version: 8.2 is not text; write the value in quotes, as '8.2'",
        ),
        (
            {"user_group_ids": ("my group",)},
            "cache.user_group_ids.0: 'my group' is not a valid id of a user group",
        ),
        (
            {"user_group_ids": ("shop-api", "shop-jobs")},
            "cache.user_group_ids: contains 2 user groups, but a cache has at most one; list one "
            "user group, and add all users to it",
        ),
    ],
)
def test_rejects_invalid_caches(given, message):
    cache = Cache.production(**({"url_secret": "REDIS_URL"} | given))
    assert message in error_message(cache=cache)


@pytest.mark.parametrize("size", ["medium", "large", "xlarge", "16xlarge"])
def test_accepts_the_instance_sizes_of_aws(size):
    database = Database.production(url_secret="DATABASE_URL", instance_class=f"db.r6g.{size}")
    cache = Cache.production(url_secret="REDIS_URL", node_type=f"cache.r7g.{size}")
    STAGING.replace(database=database, cache=cache)


def backed_up_at(hour: int) -> Environment:
    """Build staging with daily backups at `hour`.

    RDS's own backup window is 03:00-04:00, its maintenance window Sundays 04:30-05:30.
    """
    hardening = Hardening.relaxed(backups=Backups(start_hour_utc=hour))
    return STAGING.replace(database=DATABASE, hardening=hardening)


@pytest.mark.parametrize("hour", [3, 4, 5])
def test_rejects_backups_in_or_just_before_the_maintenance_window(hour):
    with pytest.raises(SettingsError) as error:
        backed_up_at(hour)
    assert (
        f"hardening.backups.start_hour_utc: {hour} is in database.maintenance_window "
        "'sun:04:30-sun:05:30' or in the hour before it, when AWS Backup starts no backup; choose "
        "another hour"
    ) in str(error.value)


def test_rejects_backups_in_the_backup_window():
    with pytest.raises(SettingsError) as error:
        backed_up_at(3)
    assert (
        "hardening.backups.start_hour_utc: 3 overlaps database.backup_window '03:00-04:00', when "
        "RDS takes its own snapshot; choose another hour"
    ) in str(error.value)


@pytest.mark.parametrize("hour", [0, 2, 6, 23])
def test_accepts_backups_at_other_hours(hour):
    assert backed_up_at(hour).hardening.backups.start_hour_utc == hour


def test_rejects_a_storage_threshold_at_the_size_of_the_storage():
    database = Database.relaxed(url_secret="DATABASE_URL", storage_gib=20)
    for gib, rejected in ((20, True), (19, False)):
        thresholds = DatabaseThresholds(free_storage_gib=gib)
        given = {
            "database": database,
            "hardening": Hardening.relaxed(
                alarms=Alarms(emails=("a@example.com",), database=thresholds)
            ),
        }
        if rejected:
            assert (
                "hardening.alarms.database.free_storage_gib: 20 is not below "
                "database.storage_gib 20, so the alarm would always be in the ALARM state; "
                "lower free_storage_gib, or raise database.storage_gib"
            ) in error_message(**given)
        else:
            STAGING.replace(**given)


@pytest.mark.parametrize(
    ("instance_class", "connections", "problem"),
    [
        (
            "db.z9.large",
            None,
            "hardening.alarms.database.connections: is missing, and would follow from the memory "
            "of database.instance_class 'db.z9.large', which is not in the library's table; set "
            "connections to about 80 percent of the parameter max_connections of that class",
        ),
        (
            "db.t4g.micro",
            112,
            "hardening.alarms.database.connections: 112 is not below the 112 connections that "
            "'db.t4g.micro' allows at most, so the alarm would never go into the ALARM state",
        ),
    ],
)
def test_rejects_a_connection_threshold_that_the_class_does_not_fit(
    instance_class, connections, problem
):
    def given(threshold):
        alarms = Alarms(
            emails=("a@example.com",), database=DatabaseThresholds(connections=threshold)
        )
        database = Database.relaxed(url_secret="DATABASE_URL", instance_class=instance_class)
        return {"database": database, "hardening": Hardening.relaxed(alarms=alarms)}

    assert problem in error_message(**given(connections))
    STAGING.replace(**given(80))


def test_rejects_an_undeclared_url_secret():
    assert "database.url_secret: 'OTHER_URL' is not a secret of this environment" in error_message(
        database=Database.relaxed(url_secret="OTHER_URL")
    )


def test_rejects_backups_without_a_database():
    assert "hardening.backups: is on, but the environment has no database" in error_message(
        database=None, hardening=Hardening.relaxed(backups=Backups())
    )


def test_rejects_backups_of_a_database_without_arn():
    assert (
        "hardening.backups: is on, but the ARN of the existing database is not set; set "
        "database.arn, or turn the backups off"
    ) in error_message(hardening=Hardening.relaxed(backups=Backups()))


def test_rejects_the_arn_of_another_resource_as_database_arn():
    assert (
        "database.arn: 'arn:aws:s3:::bucket' is not a valid ARN of an RDS database"
        in error_message(
            database=ExistingDatabase(url_secret="DATABASE_URL", arn="arn:aws:s3:::bucket")
        )
    )


def test_rejects_restricted_egress_without_addresses_of_data_stores():
    message = error_message(hardening=Hardening.relaxed(restricted_egress=True))
    for store in ("database", "cache"):
        assert (
            "hardening.restricted_egress: is on, but the port and the security group or CIDR of "
            f"the existing {store} are not set, so tasks could not connect to it; set "
            f"{store}.port, and either {store}.security_group_id or {store}.cidr"
        ) in message


def test_accepts_restricted_egress_with_created_data_stores():
    STAGING.replace(
        database=DATABASE, cache=CACHE, hardening=Hardening.relaxed(restricted_egress=True)
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"port": 6379}, "cache.port: 6379 is set without security_group_id or cidr"),
        ({"cidr": "10.0.0.0/16"}, "cache.port: is missing, but security_group_id or cidr is set"),
        (
            {
                "port": 6379,
                "cidr": "10.0.0.0/16",
                "security_group_id": "sg-0123456789abcdef0",
            },
            "cache.cidr: is set together with `security_group_id`, but only one of the two is "
            "allowed; remove `cidr` or `security_group_id`",
        ),
    ],
)
def test_rejects_an_incomplete_address(given, message):
    assert message in error_message(cache=ExistingCache(url_secret="REDIS_URL", **given))


def test_rejects_one_secret_for_two_urls():
    assert "cache.url_secret: 'DATABASE_URL' is also database.url_secret" in error_message(
        cache=Cache.relaxed(url_secret="DATABASE_URL")
    )


def with_secret(name: str, **given) -> tuple[Secret, ...]:
    return tuple(
        Secret(name=secret.name, **given) if secret.name == name else secret
        for secret in STAGING.secrets
    )


@pytest.mark.parametrize("days", [1, 6, 31])
def test_rejects_a_recovery_window_that_aws_does_not_offer(days):
    secrets = with_secret("OPENAI_API_KEY", managed=True, recovery_window_days=days)
    assert (
        f"secrets.OPENAI_API_KEY.recovery_window_days: {days} is not a valid recovery window "
        "(0, or 7-30 days)"
    ) in error_message(secrets=secrets)


def test_rejects_a_recovery_window_of_a_secret_that_is_looked_up():
    secrets = with_secret("OPENAI_API_KEY", recovery_window_days=30)
    assert "30 is set for a secret that Terraform only looks up" in error_message(secrets=secrets)


def test_accepts_a_recovery_window_of_a_url_secret():
    secrets = with_secret("DATABASE_URL", recovery_window_days=7)
    STAGING.replace(secrets=secrets, database=DATABASE)


def test_rejects_a_recovery_window_of_0_with_deletion_protection():
    secrets = with_secret("OPENAI_API_KEY", managed=True, recovery_window_days=0)
    assert (
        "0 deletes the secret immediately, but hardening.deletion_protection is on"
        in error_message(secrets=secrets, hardening=Hardening.relaxed(deletion_protection=True))
    )


def test_rejects_a_single_private_subnet():
    network = ExistingVpc(
        vpc_id="vpc-0652a6de1c9efdc2f",  # the recorded one
        public_subnet_ids=("subnet-00000001", "subnet-00000002"),
        private_subnet_ids=("subnet-00000003",),
    )
    assert (
        "network.private_subnet_ids: contains 1 subnet, but the database needs two, each in a "
        "different Availability Zone"
    ) in error_message(network=network, database=DATABASE)
    STAGING.replace(network=network)


def test_rejects_consecutive_hyphens():
    message = error_message(name="a--b", database=DATABASE, cache=CACHE)
    assert (
        "database: would be named 'aep-a--b-...', but AWS does not allow two consecutive hyphens"
        in message
    )
    assert "cache: would be named" in message


@pytest.mark.parametrize("name", ["database", "cache"])
def test_rejects_services_named_database_or_cache(name):
    service = STAGING.service("frontend").replace(name=name)
    routing = STAGING.routing.replace(default=name)
    message = error_message(
        services=(service, STAGING.service("backend")), routing=routing, existing_ids=None
    )
    assert f"{name!r} is reserved by the library" in message


def test_rejects_secrets_that_differ_only_in_case():
    secrets = (*STAGING.secrets, Secret(name="database_url", managed=True))
    assert (
        "secrets: 'DATABASE_URL' and 'database_url' differ only in case and punctuation, and "
        "would have the same Terraform address; rename the secrets so that they differ in "
        "letters or digits"
    ) in error_message(secrets=secrets)


@pytest.mark.parametrize(
    ("daily", "weekly", "expected"),
    [
        ("03:00-04:00", "sun:04:00-sun:05:00", False),
        ("03:00-04:01", "sun:04:00-sun:05:00", True),
        ("23:30-00:30", "mon:00:00-mon:01:00", True),
        ("23:30-00:00", "mon:00:00-mon:01:00", False),
        ("00:00-00:30", "sun:23:30-mon:00:30", True),
        ("12:00-13:00", "tue:11:00-wed:11:00", True),
    ],
)
def test_detects_overlaps_across_midnight_and_the_week(daily, weekly, expected):
    assert overlap(daily, weekly) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("03:00-04:00", "04:00-05:00", False),
        ("03:00-04:01", "04:00-05:00", True),
        ("23:30-00:30", "00:00-01:00", True),
        ("23:30-00:00", "00:00-01:00", False),
        ("01:00-09:00", "02:00-03:00", True),
    ],
)
def test_detects_overlaps_of_daily_windows_across_midnight(first, second, expected):
    assert overlap_daily(first, second) is overlap_daily(second, first) is expected


@pytest.mark.parametrize("store", [ExistingCache, ExistingDatabase])
@pytest.mark.parametrize(
    "cidr", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7", "52.0.0.0/8", "54.64.0.0/15"]
)
def test_the_network_of_a_data_store_cannot_be_most_of_the_internet(store, cidr):
    (problem,) = problems_of(store(url_secret="URL", port=6379, cidr=cidr))
    assert problem.startswith(f"cidr: {cidr!r} is larger than the network of a data store")


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "172.31.0.0/16", "203.0.113.7/32", "54.64.0.0/16"])
def test_the_network_of_a_data_store_can_be_private_or_small(cidr):
    assert problems_of(ExistingCache(url_secret="URL", port=6379, cidr=cidr)) == []


@pytest.mark.parametrize(
    "store",
    [
        {"database": {"url_options": {"password": "hunter" + "2hunter2"}}},
        {"cache": {"url_options": {"password": "hunter" + "2hunter2"}}},
    ],
    ids=lambda store: next(iter(store)),
)
def test_reports_a_password_in_the_options_once(store):
    ((field, given),) = store.items()
    kind = {"database": Database, "cache": Cache}[field]
    (problem,) = kind(url_secret="URL", **given).problems()
    assert problem.field == "url_options.password"
    assert problem.message.startswith("would replace another part of the URL")


def test_reports_a_variable_of_two_parts_once():
    parts = DatabaseParts(host="DATABASE_URL", password="DATABASE_URL")
    message = error_message(database=Database.production(parts=parts))
    assert message.count("\n") == 1
    assert "database.parts.password: 'DATABASE_URL' is the variable of 2 parts" in message
