"""The database, the cache, their secrets and backups, added to relaxed staging."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Backups,
    Cache,
    Database,
    ExistingCache,
    ExistingDatabase,
    Hardening,
    Secret,
)

DATABASE_ARN = "arn:aws:rds:us-east-1:625847798833:db:aep"

RELAXED_DATABASE = {
    "aws_cloudwatch_log_group.database_postgresql_log_group",
    "aws_cloudwatch_log_group.database_upgrade_log_group",
    "aws_db_instance.database",
    "aws_db_parameter_group.database",
    "aws_db_subnet_group.database",
    "aws_secretsmanager_secret.database_password",
    "aws_secretsmanager_secret.database_url_secret",
    "aws_secretsmanager_secret_version.database_password",
    "aws_secretsmanager_secret_version.database_url",
    "aws_security_group.database_security_group",
    "aws_vpc_security_group_ingress_rule.database_from_backend_5432",
    "terraform_data.database_url",
}
FINAL_SNAPSHOTS = {
    "terraform_data.cache_final_snapshot",
    "terraform_data.database_final_snapshot",
}
MONITORING = {
    "aws_iam_role.database_monitoring_role",
    "aws_iam_role_policy_attachment.database_monitoring",
}
CACHE = {
    "aws_elasticache_parameter_group.cache",
    "aws_elasticache_replication_group.cache",
    "aws_elasticache_subnet_group.cache",
    "aws_secretsmanager_secret.redis_url_secret",
    "aws_secretsmanager_secret_version.cache_url",
    "aws_security_group.cache_security_group",
    "aws_vpc_security_group_ingress_rule.cache_from_backend_6379",
}
BACKUPS = {
    "aws_backup_plan.backups",
    "aws_backup_selection.backups",
    "aws_backup_vault.backups",
    "aws_iam_role.backups_role",
    "aws_iam_role_policy.backups_policy",
}
# A service that injects a managed secret references its ARN and depends on its value.
INJECTS = {
    "aws_ecs_service.backend_service",
    "aws_ecs_task_definition.backend_task_definition",
    "aws_iam_role_policy.backend_execution_policy",
}


@pytest.fixture(scope="session")
def relaxed(replaced):
    """A relaxed database and cache in relaxed staging."""
    return replaced(
        database=Database.relaxed(url_secret="DATABASE_URL"),
        cache=Cache.relaxed(url_secret="REDIS_URL"),
    )


@pytest.fixture(scope="session")
def production(replaced):
    """All data settings at once, with production values."""
    return replaced(
        database=Database.production(url_secret="DATABASE_URL"),
        cache=Cache.production(url_secret="REDIS_URL"),
        hardening=Hardening.relaxed(
            backups=Backups(), deletion_protection=True, restricted_egress=True
        ),
    )


def final_snapshot(kind: str, name: str) -> str:
    """Return the expression of the name of a final snapshot."""
    return f"{name}-final-${{substr(terraform_data.{kind}_final_snapshot.id, 0, 8)}}"


def test_a_database_adds_its_resources_and_creates_its_secret(replaced):
    change = replaced(database=Database.relaxed(url_secret="DATABASE_URL"))
    assert change.added == RELAXED_DATABASE
    assert change.removed == {"data.aws_secretsmanager_secret.database_url_secret"}
    assert change.changed == INJECTS


def test_a_cache_adds_its_resources_and_creates_its_secret(replaced):
    change = replaced(cache=Cache.relaxed(url_secret="REDIS_URL"))
    assert change.added == CACHE
    assert change.removed == {"data.aws_secretsmanager_secret.redis_url_secret"}
    assert change.changed == INJECTS


def test_backups_add_a_vault_and_a_plan_for_an_existing_database(replaced):
    change = replaced(
        database=ExistingDatabase(url_secret="DATABASE_URL", arn=DATABASE_ARN),
        hardening=Hardening.relaxed(backups=Backups(retention_days=90)),
    )
    assert (change.added, change.removed, change.changed) == (BACKUPS, set(), set())
    (rule,) = change.after.one("aws_backup_plan")["rule"]
    assert rule["lifecycle"] == {"delete_after": 90}
    assert change.after.one("aws_backup_selection")["resources"] == [DATABASE_ARN]
    policy = change.after.one("aws_iam_role_policy", name="back-up-database")
    changed = {
        action: statement["Resource"]
        for statement in json.loads(policy["policy"])["Statement"]
        for action in statement["Action"]
        if action.startswith(("rds:", "backup:")) and "Describe" not in action
    }
    snapshots = "arn:aws:rds:us-east-1:625847798833:snapshot:awsbackup:*"
    assert changed == {
        "rds:AddTagsToResource": [DATABASE_ARN, snapshots],
        "rds:CopyDBSnapshot": [DATABASE_ARN, snapshots],
        "rds:CreateDBSnapshot": [DATABASE_ARN, snapshots],
        "rds:ListTagsForResource": [DATABASE_ARN, snapshots],
        "rds:DeleteDBSnapshot": snapshots,
        "rds:ModifyDBSnapshotAttribute": snapshots,
        "backup:CopyIntoBackupVault": "${aws_backup_vault.backups.arn}",
    }


def test_a_managed_secret_replaces_its_data_source(replaced):
    secrets = tuple(
        Secret(name=one.name, managed=one.name == "OPENAI_API_KEY") for one in STAGING.secrets
    )
    change = replaced(secrets=secrets)
    assert change.added == {"aws_secretsmanager_secret.openai_api_key_secret"}
    assert change.removed == {"data.aws_secretsmanager_secret.openai_api_key_secret"}
    assert change.changed == INJECTS - {"aws_ecs_service.backend_service"}
    secret = change.after.one("aws_secretsmanager_secret")
    assert secret["name"] == "aep/staging/OPENAI_API_KEY"
    assert secret["recovery_window_in_days"] == 0


def test_the_location_of_an_existing_database_changes_nothing_with_open_egress(replaced):
    change = replaced(
        database=ExistingDatabase(url_secret="DATABASE_URL", port=5432, cidr="10.1.0.0/16"),
        cache=ExistingCache(url_secret="REDIS_URL", port=6379, cidr="10.1.0.0/16"),
    )
    assert (change.added, change.removed, change.changed) == (set(), set(), set())


def test_restricted_egress_allows_the_backend_to_reach_an_existing_database_and_cache(replaced):
    change = replaced(
        database=ExistingDatabase(
            url_secret="DATABASE_URL", port=5433, security_group_id="sg-0123456789abcdef0"
        ),
        cache=ExistingCache(url_secret="REDIS_URL", port=6380, cidr="10.1.0.0/16"),
        hardening=Hardening.relaxed(restricted_egress=True),
    )
    out = {rule.name: rule for rule in change.after.all("aws_vpc_security_group_egress_rule")}
    database, cache = out["backend_to_database_5433"], out["backend_to_cache_6380"]
    assert database["referenced_security_group_id"] == "sg-0123456789abcdef0"
    assert cache["cidr_ipv4"] == "10.1.0.0/16"
    assert not any(name.startswith("frontend_to_database") for name in out)
    # No rule is added to a security group that is managed elsewhere.
    assert not [a for a in change.added if a.startswith("aws_vpc_security_group_ingress_rule")]


def test_a_production_database_has_every_production_value(production):
    database = production.after.one("aws_db_instance")
    expected = {
        "identifier": "aep-staging-db",
        "engine": "postgres",
        "multi_az": True,
        "backup_retention_period": 14,
        "deletion_protection": True,
        "skip_final_snapshot": False,
        "final_snapshot_identifier": final_snapshot("database", "aep-staging-db"),
        "engine_lifecycle_support": "open-source-rds-extended-support-disabled",
        "delete_automated_backups": False,
        "lifecycle": {
            "ignore_changes": [
                "engine_lifecycle_support",
                "kms_key_id",
                "performance_insights_kms_key_id",
            ],
            "prevent_destroy": True,
        },
        "allocated_storage": 50,
        "max_allocated_storage": 200,
        "storage_type": "gp3",
        "storage_encrypted": True,
        "iam_database_authentication_enabled": True,
        "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"],
        "performance_insights_enabled": True,
        "monitoring_interval": 60,
        "monitoring_role_arn": "${aws_iam_role.database_monitoring_role.arn}",
        "auto_minor_version_upgrade": True,
        "copy_tags_to_snapshot": True,
        "publicly_accessible": False,
        "ca_cert_identifier": "rds-ca-rsa2048-g1",
        "apply_immediately": False,
        "allow_major_version_upgrade": False,
    }
    assert {key: database.get(key) for key in expected} == expected
    assert database["username"] not in ("postgres", "admin")
    parameters = production.after.one("aws_db_parameter_group")
    assert parameters["skip_destroy"] is True
    assert parameters["parameter"] == [
        {"apply_method": "pending-reboot", "name": "rds.force_ssl", "value": "1"}
    ]
    assert production.added >= MONITORING


def test_a_requested_major_upgrade_is_allowed_and_applied_immediately(replaced):
    change = replaced(
        database=Database.relaxed(url_secret="DATABASE_URL", major_upgrade=True),
        cache=Cache.relaxed(url_secret="REDIS_URL", major_upgrade=True),
    )
    database = change.after.one("aws_db_instance")
    assert database["allow_major_version_upgrade"] is True
    assert database["apply_immediately"] is True
    cache = change.after.one("aws_elasticache_replication_group")
    assert cache["apply_immediately"] is True
    assert cache["lifecycle"]["ignore_changes"] == ["kms_key_id"]


def test_a_parameter_of_the_cache_with_the_default_value_is_omitted(replaced):
    def parameters(**settings):
        cache = Cache.relaxed(url_secret="REDIS_URL", **settings)
        return replaced(cache=cache).after.one("aws_elasticache_parameter_group").get("parameter")

    assert parameters() is None
    assert parameters(eviction="allkeys-lru") == [
        {"name": "maxmemory-policy", "value": "allkeys-lru"}
    ]


def test_extended_support_is_a_setting(replaced):
    database = Database.relaxed(url_secret="DATABASE_URL", extended_support=True)
    block = replaced(database=database).after.one("aws_db_instance")
    assert block["engine_lifecycle_support"] == "open-source-rds-extended-support"


def test_another_database_or_user_gets_another_final_snapshot(production):
    generation = production.after.one("terraform_data", input=None, triggers_replace=["app", "app"])
    assert generation.name == "database_final_snapshot"


def test_the_monitoring_role_serves_restored_instances_of_the_environment(production):
    trust = json.loads(
        production.after.one("aws_iam_role", name="aep-staging-db-monitoring")["assume_role_policy"]
    )
    (statement,) = trust["Statement"]
    prefix = "arn:aws:rds:us-east-1:625847798833:db:aep-staging-db"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "625847798833"},
        "StringLike": {"aws:SourceArn": [prefix, f"{prefix}-*"]},
    }


def test_a_parameter_group_of_another_family_is_created_before_the_old_one_is_destroyed(production):
    for group in ("aws_db_parameter_group", "aws_elasticache_parameter_group"):
        assert production.after.one(group)["lifecycle"] == {"create_before_destroy": True}


def test_the_log_groups_of_the_database_have_a_retention(relaxed):
    groups = {
        group["name"]: group["retention_in_days"]
        for group in relaxed.after.all("aws_cloudwatch_log_group")
        if group.name.startswith("database")
    }
    prefix = "/aws/rds/instance/aep-staging-db"
    assert groups == {f"{prefix}/postgresql": 30, f"{prefix}/upgrade": 30}
    waits = relaxed.after.one("aws_db_instance")["depends_on"]
    assert "aws_cloudwatch_log_group.database_postgresql_log_group" in waits


def test_a_production_cache_has_every_production_value(production):
    cache = production.after.one("aws_elasticache_replication_group")
    expected = {
        "replication_group_id": "aep-staging-cache",
        "engine": "valkey",
        "num_cache_clusters": 2,
        "automatic_failover_enabled": True,
        "multi_az_enabled": True,
        "transit_encryption_enabled": True,
        "transit_encryption_mode": "required",
        "at_rest_encryption_enabled": "true",
        "snapshot_retention_limit": 7,
        "final_snapshot_identifier": final_snapshot("cache", "aep-staging-cache"),
        "apply_immediately": False,
        "lifecycle": {
            "ignore_changes": ["engine_version", "kms_key_id"],
            "prevent_destroy": True,
        },
        "auth_token": None,
    }
    assert {key: cache.get(key) for key in expected} == expected
    parameters = production.after.one("aws_elasticache_parameter_group")
    assert parameters["family"] == "valkey8"


def test_relaxed_data_stores_can_be_destroyed(relaxed):
    database = relaxed.after.one("aws_db_instance")
    assert database["deletion_protection"] is False
    assert database["skip_final_snapshot"] is True
    assert database["backup_retention_period"] == 7
    assert database["multi_az"] is False
    assert relaxed.after.one("aws_db_parameter_group").get("skip_destroy") is None
    for block in relaxed.after.resources:
        assert "prevent_destroy" not in block.get("lifecycle", {})
    for secret in relaxed.after.all("aws_secretsmanager_secret"):
        assert secret["recovery_window_in_days"] == 0


def test_deletion_protection_alone_protects_relaxed_data_stores(replaced):
    change = replaced(
        database=Database.relaxed(url_secret="DATABASE_URL"),
        cache=Cache.relaxed(url_secret="REDIS_URL"),
        hardening=Hardening.relaxed(deletion_protection=True),
    )
    database = change.after.one("aws_db_instance")
    assert database["deletion_protection"] is True
    assert database["lifecycle"]["prevent_destroy"] is True
    assert database["final_snapshot_identifier"] == final_snapshot("database", "aep-staging-db")
    cache = change.after.one("aws_elasticache_replication_group")
    assert cache["lifecycle"]["prevent_destroy"] is True
    for secret in change.after.all("aws_secretsmanager_secret"):
        assert secret["recovery_window_in_days"] == 30


def test_backups_of_a_protected_database_are_protected(production):
    vault = production.after.one("aws_backup_vault")
    assert vault["lifecycle"] == {"ignore_changes": ["kms_key_arn"], "prevent_destroy": True}
    assert vault["force_destroy"] is False
    selection = production.after.one("aws_backup_selection")
    assert selection["resources"] == ["${aws_db_instance.database.arn}"]


def test_only_the_service_that_injects_the_url_reaches_database_and_cache(production):
    into = {
        rule.name: rule["referenced_security_group_id"]
        for rule in production.after.all("aws_vpc_security_group_ingress_rule")
        if rule.name.startswith(("database", "cache"))
    }
    backend = "${aws_security_group.backend_security_group.id}"
    assert into == {"database_from_backend_5432": backend, "cache_from_backend_6379": backend}
    out = {rule.name for rule in production.after.all("aws_vpc_security_group_egress_rule")}
    assert {"backend_to_database_5432", "backend_to_cache_6379"} <= out


def test_database_and_cache_have_no_egress_rule(relaxed):
    out = {rule.name for rule in relaxed.after.all("aws_vpc_security_group_egress_rule")}
    assert not {name for name in out if name.startswith(("database", "cache"))}


def test_database_and_url_use_the_stored_password(production):
    content = production.after.content
    random = content["ephemeral"]["aws_secretsmanager_random_password"]
    assert random["database_password"]["exclude_punctuation"] is True
    stored = production.after.one(
        "aws_secretsmanager_secret_version",
        secret_string_wo_version=1,
        secret_id="${aws_secretsmanager_secret.database_password.id}",
    )
    generated = "ephemeral.aws_secretsmanager_random_password.database_password.random_password"
    assert stored["secret_string_wo"] == f"${{{generated}}}"
    # Only the stored secret version uses the random value, which differs in every run.
    assert json.dumps(content["resource"]).count(generated) == 1
    address = "aws_secretsmanager_secret_version.database_password"
    assert content["ephemeral"]["aws_secretsmanager_secret_version"]["database_password"] == {
        "secret_id": f"${{{address}.secret_id}}",
        "version_id": f"${{{address}.version_id}}",
    }
    read_back = f"ephemeral.{address}.secret_string"
    assert production.after.one("aws_db_instance")["password_wo"] == f"${{{read_back}}}"
    (url,) = [
        version
        for version in production.after.all("aws_secretsmanager_secret_version")
        if version.name == "database_url"
    ]
    assert url["secret_string_wo"] == (
        f"postgresql://app:${{urlencode({read_back})}}@${{aws_db_instance.database.address}}"
        ":5432/app?sslmode=require"
    )
    assert url["lifecycle"] == {"replace_triggered_by": ["terraform_data.database_url"]}


def test_the_password_version_updates_password_and_url(replaced):
    change = replaced(database=Database.relaxed(url_secret="DATABASE_URL", password_version=7))
    assert change.after.one("aws_db_instance")["password_wo_version"] == 7
    versions = change.after.all("aws_secretsmanager_secret_version")
    assert {v.name: v["secret_string_wo_version"] for v in versions} == {
        "database_password": 7,
        "database_url": 7,
    }


def test_every_part_of_the_url_besides_the_password_triggers_a_new_version(replaced):
    change = replaced(
        database=Database.relaxed(
            url_secret="DATABASE_URL",
            driver="psycopg",
            url_options={"sslmode": "verify-full", "options": "-c x=1"},
        )
    )
    (parts,) = (one for one in change.after.all("terraform_data") if one.name == "database_url")
    assert parts["input"] == {
        "scheme": "postgresql+psycopg",
        "username": "app",
        "end": "${aws_db_instance.database.address}:5432/app"
        "?options=-c%20x%3D1&sslmode=verify-full",
    }


def test_the_url_of_the_cache_uses_tls(production):
    (url,) = [
        version
        for version in production.after.all("aws_secretsmanager_secret_version")
        if version.name == "cache_url"
    ]
    group = "aws_elasticache_replication_group.cache.primary_endpoint_address"
    assert url["secret_string_wo"] == f"rediss://${{{group}}}:6379/0"
    assert url["lifecycle"] == {"replace_triggered_by": [group]}


def test_no_secret_value_is_in_an_argument_that_the_state_stores(production):
    for block in production.after.resources:
        for argument, value in block.body.items():
            if argument not in ("password_wo", "secret_string_wo"):
                assert "ephemeral." not in json.dumps(value), (block.address, argument)
        for forbidden in ("password", "secret_string", "auth_token", "manage_master_user_password"):
            assert block.get(forbidden) is None, block.address
    for output in production.after.content["output"].values():
        assert "secret" not in json.dumps(output)


def test_the_execution_role_reads_the_managed_secrets_and_not_the_password(production):
    policy = json.loads(
        production.after.one(
            "aws_iam_role_policy",
            name="start-tasks",
            role="${aws_iam_role.backend_execution_role.name}",
        )["policy"]
    )
    (read,) = [s for s in policy["Statement"] if s["Action"] == "secretsmanager:GetSecretValue"]
    assert "${aws_secretsmanager_secret.database_url_secret.arn}" in read["Resource"]
    assert "${aws_secretsmanager_secret.redis_url_secret.arn}" in read["Resource"]
    assert not [arn for arn in read["Resource"] if "database_password" in arn]
    assert len(read["Resource"]) == 5


def test_a_service_depends_on_the_secrets_that_it_injects(production):
    waits = production.after.one("aws_ecs_service", name="aep-backend-staging-svc")["depends_on"]
    assert {
        "aws_secretsmanager_secret_version.database_url",
        "aws_secretsmanager_secret_version.cache_url",
    } <= set(waits)
    other = production.after.one("aws_ecs_service", name="aep-frontend-staging-svc")["depends_on"]
    assert not [address for address in other if "secret" in address]


def test_the_execution_role_may_decrypt_a_managed_secret_with_its_own_key(replaced):
    key = "arn:aws:kms:us-east-1:625847798833:key/11111111-2222-3333-4444-555555555555"
    secrets = tuple(
        Secret(name=one.name, managed=True, kms_key_arn=key, recovery_window_days=7)
        if one.name == "OPENAI_API_KEY"
        else one
        for one in STAGING.secrets
    )
    after = replaced(secrets=secrets).after
    secret = after.one("aws_secretsmanager_secret")
    assert (secret["kms_key_id"], secret["recovery_window_in_days"]) == (key, 7)
    policy = after.one("aws_iam_role_policy", role="${aws_iam_role.backend_execution_role.name}")
    (decrypt,) = (
        statement
        for statement in json.loads(policy["policy"])["Statement"]
        if statement["Action"] == "kms:Decrypt"
    )
    assert decrypt["Resource"] == [key]


def test_every_data_resource_has_a_readable_address(production):
    expected = RELAXED_DATABASE | MONITORING | CACHE | BACKUPS | FINAL_SNAPSHOTS
    assert expected <= production.added
    egress = {a for a in production.added if a.startswith("aws_vpc_security_group_egress_rule")}
    assert production.added - egress == expected
