"""The values that documents compose from their databases and caches."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.local.data.composed import ComposedValue, Connection, ValueComposer
from navra_stacks.local.data.data_stores import data_stores
from navra_stacks.terraform.document import TerraformDocument
from tests.support.document_builder import document
from tests.support.synthesized import Built

PARTS: dict[str, Any] = {
    "host": "db.local",
    "port": 6000,
    "username": "me",
    "password": "p@ss/word",
    "database": "data",
}
SECRET = "aws_secretsmanager_secret"
DB = "aws_db_instance.main"


def composed(template: str, **blocks: Any) -> ComposedValue:
    """The value of a secret with a template, in a document with a database and a cache."""
    content = {
        f"{SECRET}.url": {"name": "app/url"},
        f"{SECRET}_version.url": {"secret_id": f"${{{SECRET}.url.id}}", "secret_string": template},
        DB: {
            "engine": "postgres",
            "engine_version": "16.4",
            "username": "owner",
            "db_name": "shop",
            "password": "${random_password.db.result}",
        },
        "random_password.db": {"length": 20},
        "random_password.token": {"length": 20},
        "aws_rds_cluster.main": {"engine": "aurora-postgresql", "engine_version": "15.4"},
        "aws_elasticache_replication_group.main": {
            "engine": "valkey",
            "auth_token": "${random_password.token.result}",
            "transit_encryption_enabled": True,
        },
        "aws_elasticache_cluster.main": {"engine": "redis"},
        "aws_elasticache_serverless_cache.main": {"engine": "valkey"},
    }
    built = document(content | blocks, variables={"name": {"default": "shop"}})
    found = ValueComposer(built).secret(f"{SECRET}.url")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("template", "value"),
    [
        (
            f"postgres://${{{DB}.username}}:${{urlencode({DB}.password)}}@${{{DB}.endpoint}}/x?a=b",
            "postgres://me:p%40ss%2Fword@db.local:6000/x?a=b",
        ),
        (
            f"postgresql+asyncpg://a:${{random_password.db.result}}@${{{DB}.address}}:5432/"
            f"${{{DB}.db_name}}",
            "postgresql+asyncpg://a:p@ss/word@db.local:5432/data",
        ),
        (
            "postgresql://${aws_rds_cluster.main.master_username}@"
            "${aws_rds_cluster.main.endpoint}:${aws_rds_cluster.main.port}/${var.name}",
            "postgresql://me@db.local:6000/shop",
        ),
        (
            "rediss://:${urlencode(random_password.token.result)}@"
            "${aws_elasticache_replication_group.main.primary_endpoint_address}:6379/2",
            "rediss://:p%40ss%2Fword@db.local:6379/2",
        ),
        (
            "redis://${aws_elasticache_cluster.main.cache_nodes[0].address}:"
            "${aws_elasticache_cluster.main.cache_nodes.0.port}",
            "redis://db.local:6000",
        ),
        (
            "rediss://${aws_elasticache_serverless_cache.main.endpoint[0].address}:6379",
            "rediss://db.local:6379",
        ),
        (f'{{"host":"${{{DB}.address}}","n":1}}', '{"host":"db.local","n":1}'),
        (
            f'${{jsonencode({{ host = {DB}.address, "port": {DB}.port, '
            f'url = "x://${{{DB}.address}}/a,b" }})}}',
            '{"host":"db.local","port":6000,"url":"x://db.local/a,b"}',
        ),
        (f'${{split(":", {DB}.endpoint)[0]}}', "db.local"),
        (f"${{sensitive({DB}.password)}}", "p@ss/word"),
        (f"$${{a}} ${{{DB}.address}}", "${a} db.local"),
    ],
)
def test_a_template_of_another_team_gives_the_value_of_the_connection(
    template: str, value: str
) -> None:
    assert composed(template).compose(**PARTS) == value


def test_a_secret_with_the_password_of_a_database_depends_on_the_database() -> None:
    found = composed("${random_password.db.result}")
    assert [store.address for store in found.stores] == [DB]
    assert found.compose(**PARTS) == PARTS["password"]


def test_a_generated_value_is_the_same_for_all_uses_and_depends_on_no_database() -> None:
    found = composed("key-${random_password.other.result}")
    assert found.stores == ()
    value = found.render({})
    assert value == found.render({})
    assert len(value) > 20
    assert value.startswith("key-")


def test_an_expression_that_only_terraform_evaluates_is_reported() -> None:
    found = composed(f"x://${{{DB}.address}}/${{aws_lb.lb.dns_name}}")
    with pytest.raises(NavraError, match=r"aws_lb\.lb\.dns_name.*the file of --secrets"):
        found.compose(**PARTS)


def test_a_secret_that_rds_manages_has_a_user_and_a_password() -> None:
    composer = ValueComposer(document({DB: {"engine": "postgres", "username": "owner"}}))
    found = composer.secret(DB)
    assert found is not None
    assert found.compose(**PARTS) == '{"username":"me","password":"p@ss/word"}'


def test_the_hardened_environment_gives_the_urls_of_its_settings(prod: Built) -> None:
    content = TerraformDocument(prod.content)
    composer = ValueComposer(content)
    by_name = {
        block["name"]: composer.secret(block.address)
        for block in content.all("aws_secretsmanager_secret")
    }
    database = by_name["aep/prod/DATABASE_URL"]
    cache = by_name["aep/prod/REDIS_URL"]
    assert database is not None
    assert cache is not None
    assert database.compose(**PARTS) == (
        "postgresql://aep:p%40ss%2Fword@db.local:5432/aep?sslmode=require"
    )
    assert cache.compose(**PARTS) == "rediss://db.local:6379/0"
    for found, engine in ((database, ("postgres", "17")), (cache, ("valkey", "8.2"))):
        assert found.store is not None
        assert (found.store.engine, found.store.version) == engine
        assert found.store.tls
    password = by_name["aep/prod/database/password"]
    assert password is not None
    assert password.compose(**PARTS) == PARTS["password"]
    assert by_name["aep/prod/OPENAI_API_KEY"] is None


@pytest.mark.parametrize(
    ("type_", "arguments", "tls"),
    [
        ("aws_db_instance", {"engine": "postgres", "engine_version": "14"}, False),
        ("aws_db_instance", {"engine": "postgres", "engine_version": "15.2"}, True),
        ("aws_rds_cluster", {"engine": "aurora-postgresql", "engine_version": "16.1"}, False),
        ("aws_rds_cluster", {"engine": "aurora-postgresql", "engine_version": "17.4"}, True),
        ("aws_elasticache_replication_group", {"transit_encryption_enabled": "true"}, True),
        (
            "aws_elasticache_replication_group",
            {"transit_encryption_enabled": True, "transit_encryption_mode": "preferred"},
            False,
        ),
        ("aws_elasticache_cluster", {"engine": "redis"}, False),
        ("aws_elasticache_serverless_cache", {"engine": "redis"}, True),
        (
            "aws_db_instance",
            {
                "engine": "postgres",
                "engine_version": "17",
                "parameter_group_name": "${aws_db_parameter_group.p.name}",
            },
            False,
        ),
    ],
)
def test_a_store_requires_tls_as_aws_does(type_: str, arguments: dict[str, Any], tls: bool) -> None:
    group = {"name": "p", "parameter": [{"name": "rds.force_ssl", "value": "0"}]}
    blocks = {f"{type_}.x": arguments, "aws_db_parameter_group.p": group}
    assert data_stores(document(blocks))[f"{type_}.x"].tls is tls


def test_a_read_replica_stands_for_its_source() -> None:
    replica = {"replicate_source_db": f"${{{DB}.identifier}}", "instance_class": "db.t4g.micro"}
    stores = data_stores(document({DB: {"engine": "postgres"}, "aws_db_instance.read": replica}))
    assert stores["aws_db_instance.read"] is stores[DB]


def test_an_engine_without_a_local_server_has_no_kind() -> None:
    stores = data_stores(document({DB: {"engine": "mysql", "engine_version": "8.0"}}))
    assert stores[DB].kind is None


def test_no_representation_has_the_password() -> None:
    assert "p@ss" not in repr(Connection(**PARTS))
    assert "literal" not in repr(composed(f"literal-${{{DB}.address}}"))
