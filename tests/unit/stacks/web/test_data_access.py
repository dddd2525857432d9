"""The URLs and the parts of a database and a cache, and the services that get them."""

from __future__ import annotations

import json

import pytest

from navra_stacks import (
    Cache,
    Container,
    Database,
    DatabaseParts,
    EcrImage,
    Environment,
    ExistingCache,
    ExistingDatabase,
    Hardening,
    OneOffTask,
    Secret,
    Service,
)
from navra_stacks.terraform.document import TerraformDocument
from tests.support.shop import shop, web

ADDRESS = "${aws_db_instance.database.address}"
PASSWORD = "ephemeral.aws_secretsmanager_secret_version.database_password.secret_string"
SERVER = "rediss://${aws_elasticache_replication_group.cache.primary_endpoint_address}:6379"


def worker(name: str, *secrets: str, **changes: object) -> Service:
    container = Container(image=EcrImage(repository=f"shop/{name}"), secrets=secrets)
    return Service(name=name, container=container, cpu=256, memory=512, **changes)


def with_data(*services: Service, **settings: object) -> Environment:
    """Build an environment whose secrets are those that its services inject."""
    names = {name for service in services for name in service.injected_secrets}
    secrets = tuple(Secret(name=name) for name in sorted(names))
    return shop(web(), *services, secrets=secrets, **settings)


def database(**changes: object) -> Database:
    return Database.relaxed(**changes)


def values(document: TerraformDocument) -> dict[str, str]:
    """Return the value of each secret version, by its name."""
    versions = document.all("aws_secretsmanager_secret_version")
    return {version.name: version["secret_string_wo"] for version in versions}


def container_of(document: TerraformDocument, family: str) -> dict:
    definition = document.one("aws_ecs_task_definition", family=family)
    return json.loads(definition["container_definitions"])[0]


def variables(document: TerraformDocument, family: str) -> dict[str, str]:
    environment = container_of(document, family).get("environment", [])
    return {variable["name"]: variable["value"] for variable in environment}


@pytest.mark.parametrize(
    ("driver", "scheme", "query"),
    [
        (None, "postgresql", "sslmode=require"),
        ("libpq", "postgresql", "sslmode=require"),
        ("psycopg2", "postgresql+psycopg2", "sslmode=require"),
        ("psycopg", "postgresql+psycopg", "sslmode=require"),
        ("asyncpg", "postgresql+asyncpg", "ssl=require"),
    ],
)
def test_the_driver_determines_the_scheme_and_the_tls_parameter(driver, scheme, query):
    assert Database(url_secret="URL", driver=driver).urls == {"URL": (scheme, f"?{query}")}


def test_explicit_options_win_over_those_of_the_driver():
    options = {"ssl": "verify-full", "prepared_statement_cache_size": "0"}
    settings = Database(url_secret="URL", driver="asyncpg", url_options=options)
    assert settings.urls["URL"][1] == "?prepared_statement_cache_size=0&ssl=verify-full"


def test_tls_is_required_beside_other_options():
    settings = Database(url_secret="URL", url_options={"application_name": "shop"})
    assert settings.urls["URL"][1] == "?application_name=shop&sslmode=require"


@pytest.fixture(scope="module")
def two_urls(synthesized) -> TerraformDocument:
    """An API with asyncpg, and a migration job with psycopg, each with a URL of its own."""
    return synthesized(
        with_data(
            worker("api", "DATABASE_URL"),
            worker("migrations", "MIGRATION_DATABASE_URL"),
            worker("mailer"),
            database=database(
                url_secret="DATABASE_URL",
                driver="asyncpg",
                url_options={"ssl": "verify-full"},
                further_urls={"MIGRATION_DATABASE_URL": "psycopg"},
            ),
        )
    )


def test_each_url_has_the_form_of_its_driver(two_urls):
    end = f"{ADDRESS}:5432/app"
    assert values(two_urls) == {
        "database_password": (
            "${ephemeral.aws_secretsmanager_random_password.database_password.random_password}"
        ),
        "database_url": f"postgresql+asyncpg://app:${{urlencode({PASSWORD})}}@{end}?ssl=verify-full",
        "migration_database_url_secret": (
            f"postgresql+psycopg://app:${{urlencode({PASSWORD})}}@{end}?sslmode=require"
        ),
    }


def test_a_change_of_a_further_url_stores_it_again(two_urls):
    version = two_urls.one(
        "aws_secretsmanager_secret_version",
        secret_id="${aws_secretsmanager_secret.migration_database_url_secret.arn}",
    )
    trigger = "terraform_data.migration_database_url_secret"
    assert version["lifecycle"] == {"replace_triggered_by": [trigger]}
    parts = {block.name: block["input"] for block in two_urls.all("terraform_data")}
    assert parts["migration_database_url_secret"] == {
        "scheme": "postgresql+psycopg",
        "username": "app",
        "end": f"{ADDRESS}:5432/app?sslmode=require",
    }


def test_each_url_gives_access_and_only_its_service_reads_it(two_urls):
    rules = {rule.name for rule in two_urls.all("aws_vpc_security_group_ingress_rule")}
    assert {name for name in rules if name.startswith("database")} == {
        "database_from_api_5432",
        "database_from_migrations_5432",
    }
    for service, own, other in (
        ("api", "database_url_secret", "migration_database_url_secret"),
        ("migrations", "migration_database_url_secret", "aws_secretsmanager_secret.database_url"),
    ):
        role = f"${{aws_iam_role.{service}_execution_role.name}}"
        policy = two_urls.one("aws_iam_role_policy", role=role)["policy"]
        assert own in policy
        assert other not in policy
    waits = two_urls.one("aws_ecs_service", name="shop-migrations-qa-svc")["depends_on"]
    assert "aws_secretsmanager_secret_version.migration_database_url_secret" in waits
    assert "aws_secretsmanager_secret_version.database_url" not in waits


PARTS = DatabaseParts(
    password="POSTGRES_PASSWORD", host="POSTGRES_HOST", port="POSTGRES_PORT", user="POSTGRES_USER"
)


@pytest.fixture(scope="module")
def parts(synthesized) -> TerraformDocument:
    """A Django application that reads the parts of the URL, with a migration as a one-off task."""
    migrate = OneOffTask(name="migrate", command=("python", "manage.py", "migrate"))
    return synthesized(
        with_data(
            worker("django", "POSTGRES_PASSWORD", one_off_tasks=(migrate,)),
            worker("mailer"),
            database=database(parts=PARTS, username="shopkeeper", name="shop"),
        )
    )


def test_a_container_with_the_secret_of_the_password_gets_the_other_parts(parts):
    for family in ("shop-django-qa", "shop-django-qa-migrate"):
        assert variables(parts, family) == {
            "POSTGRES_HOST": ADDRESS,
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "shopkeeper",
        }
        (secret,) = container_of(parts, family)["secrets"]
        assert secret["name"] == "POSTGRES_PASSWORD"
    assert variables(parts, "shop-mailer-qa") == {}


def test_the_password_is_a_secret_that_the_state_does_not_contain(parts):
    assert values(parts)["postgres_password_secret"] == f"${{{PASSWORD}}}"
    assert "database_url" not in values(parts)
    secret = parts.one("aws_secretsmanager_secret", name="shop/qa/POSTGRES_PASSWORD")
    assert secret.name == "postgres_password_secret"
    rules = {rule.name for rule in parts.all("aws_vpc_security_group_ingress_rule")}
    assert "database_from_django_5432" in rules
    assert "database_from_mailer_5432" not in rules


def test_parts_can_be_a_mapping():
    given = {"password": "POSTGRES_PASSWORD", "host": "POSTGRES_HOST"}
    assert Database(parts=given).parts == DatabaseParts(**given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def celery(synthesized) -> TerraformDocument:
    """A cache with one database for the application and one for the queue of Celery."""
    return synthesized(
        with_data(
            worker("api", "REDIS_URL"),
            worker("celery", "CELERY_BROKER_URL"),
            worker("mailer"),
            cache=Cache.relaxed(
                url_secret="REDIS_URL",
                url_options={"ssl_cert_reqs": "required"},
                further_urls={"CELERY_BROKER_URL": 1},
                user_group_ids=("shop-cache",),
            ),
        )
    )


def test_each_url_of_the_cache_has_its_database_and_the_options(celery):
    assert values(celery) == {
        "cache_url": f"{SERVER}/0?ssl_cert_reqs=required",
        "celery_broker_url_secret": f"{SERVER}/1?ssl_cert_reqs=required",
    }
    rules = {rule.name for rule in celery.all("aws_vpc_security_group_ingress_rule")}
    assert {name for name in rules if name.startswith("cache")} == {
        "cache_from_api_6379",
        "cache_from_celery_6379",
    }


def test_a_change_of_the_options_stores_the_urls_of_the_cache_again(celery, synthesized):
    def numbers(document: TerraformDocument) -> dict[str, int]:
        versions = document.all("aws_secretsmanager_secret_version")
        return {version.name: version["secret_string_wo_version"] for version in versions}

    plain = Cache.relaxed(url_secret="REDIS_URL", further_urls={"CELERY_BROKER_URL": 2})
    services = (worker("api", "REDIS_URL"), worker("celery", "CELERY_BROKER_URL"))
    before, after = numbers(synthesized(with_data(*services, cache=plain))), numbers(celery)
    assert before["cache_url"] == 1
    assert before.keys() == after.keys()
    assert not before.items() & after.items()


def test_a_user_group_is_associated_with_the_cache(celery):
    group = celery.one("aws_elasticache_replication_group")
    assert group["user_group_ids"] == ["shop-cache"]
    assert group.get("auth_token") is None


def test_each_secret_of_an_existing_data_store_gives_access(synthesized):
    document = synthesized(
        with_data(
            worker("api", "DATABASE_URL", "REDIS_URL"),
            worker("jobs", "MIGRATION_URL", "BROKER_URL"),
            worker("mailer"),
            database=ExistingDatabase(
                url_secret="DATABASE_URL",
                further_secrets=("MIGRATION_URL",),
                port=5432,
                cidr="10.9.0.0/16",
            ),
            cache=ExistingCache(
                url_secret="REDIS_URL",
                further_secrets=("BROKER_URL",),
                port=6379,
                cidr="10.8.0.0/16",
            ),
            hardening=Hardening.relaxed(restricted_egress=True),
        )
    )
    rules = {rule.name for rule in document.all("aws_vpc_security_group_egress_rule")}
    assert {name for name in rules if "_to_database" in name or "_to_cache" in name} == {
        f"{service}_to_{store}"
        for service in ("api", "jobs")
        for store in ("database_5432", "cache_6379")
    }
