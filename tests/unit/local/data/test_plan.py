"""Which servers are started, and the values that containers get."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.local.data.consumers import Consumer
from navra_stacks.local.data.plan import DataPlan, plan_data
from navra_stacks.local.secrets.secrets_file import SecretsFile
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.task_definition_changes import containers_of
from tests.support.document_builder import document
from tests.support.synthesized import Built

SECRET = "aws_secretsmanager_secret"
DB = "aws_db_instance.main"
ADDRESS = f"${{{DB}.address}}"
KEYS = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AUDIT_ENCRYPTION_KEY"), "value")


def consumers_of(built: Built) -> list[Consumer]:
    return [
        Consumer(block.name.split("_")[0], block.name, definition)
        for block in built.all("aws_ecs_task_definition")
        for definition in containers_of(block.body).values()
    ]


def consumer(
    service: str = "web",
    *,
    secrets: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Consumer:
    return Consumer(
        service,
        service,
        {
            "name": "main",
            "secrets": [{"name": n, "valueFrom": v} for n, v in (secrets or {}).items()],
            "environment": [{"name": n, "value": v} for n, v in (environment or {}).items()],
        },
    )


def shop(blocks: Mapping[str, Any] | None = None, **templates: str) -> TerraformDocument:
    """A document with a database, and a secret for each template."""
    content: dict[str, Any] = {DB: {"engine": "postgres", "username": "owner", "db_name": "shop"}}
    for name, template in templates.items():
        content[f"{SECRET}.{name}"] = {"name": f"app/{name}"}
        content[f"{SECRET}_version.{name}"] = {
            "secret_id": f"${{{SECRET}.{name}.id}}",
            "secret_string_wo": template,
        }
    return document(content | (blocks or {}))


def secret(name: str) -> str:
    return f"${{{SECRET}.{name}.arn}}"


def plan(
    content: TerraformDocument,
    consumers: Sequence[Consumer],
    values: Mapping[str, str] | None = None,
    **images: str,
) -> DataPlan:
    return plan_data(content, consumers, file=SecretsFile(values, "f"), images=images)


def test_the_hardened_environment_gets_both_servers_with_tls(prod: Built) -> None:
    found = plan(TerraformDocument(prod.content), consumers_of(prod), KEYS)
    database, cache = found.servers
    assert (database.image, database.kind) == ("docker.io/library/postgres:17", "postgres")
    assert (cache.image, cache.kind) == ("docker.io/valkey/valkey:8.1", "redis")
    assert database.tls
    assert cache.tls
    assert "hostssl all" in database.command[1]
    assert found.missing == ()
    assert found.messages == ()
    assert found.bundle is not None
    password = database.secrets["POSTGRES_PASSWORD"]
    for task in ("backend_task_definition", "backend_migrate_task_definition"):
        environment = found.environment(task, "backend")
        assert environment["DATABASE_URL"] == (
            f"postgresql://aep:{password}@data-database:5432/aep?sslmode=require"
        )
        assert environment["REDIS_URL"] == "rediss://data-cache:6379/0"
        assert environment["OPENAI_API_KEY"] == "value"
    assert dict(found.environment("frontend_task_definition", "frontend")) == {}
    assert found.servers_of("frontend") == ()
    assert found.servers_of("backend") == found.servers


def test_an_environment_with_existing_databases_needs_images_or_values(staging: Built) -> None:
    content, consumers = TerraformDocument(staging.content), consumers_of(staging)
    missing = plan(content, consumers, KEYS).missing
    assert [one.variable for one in missing] == ["DATABASE_URL", "REDIS_URL"]
    assert "pass --data DATABASE_URL=IMAGE" in str(missing[0])
    assert "(secret aep/staging/DATABASE_URL)" in str(missing[0])

    images = {"DATABASE_URL": "localhost/postgres:1", "REDIS_URL": "localhost/redis:1"}
    found = plan(content, consumers, KEYS, **images)
    assert found.missing == ()
    assert [server.image for server in found.servers] == list(images.values())
    password = found.servers[0].secrets["POSTGRES_PASSWORD"]
    environment = found.environment("backend_task_definition", "backend")
    assert environment["DATABASE_URL"] == (
        f"postgresql://app:{password}@data-database-url:5432/app"
    )
    assert environment["REDIS_URL"] == "redis://data-redis-url:6379/0"


def test_a_value_in_the_file_is_used_and_starts_no_server() -> None:
    content = shop(url=f"postgresql://u:p@{ADDRESS}:5432/d")
    consumers = [consumer(secrets={"URL": secret("url")})]
    found = plan(content, consumers, {"app/url": "postgresql://other"}, URL="postgres:17")
    assert found.servers == ()
    assert found.bundle is None
    assert found.environment("web", "main")["URL"] == "postgresql://other"
    (message,) = found.messages
    assert message.startswith("--data URL starts no server, because f has the value")


def test_several_urls_of_a_database_share_one_server() -> None:
    content = shop(
        a=f"postgresql://u:${{random_password.p.result}}@{ADDRESS}:6543/d",
        b=f"postgresql+asyncpg://u:${{random_password.p.result}}@{ADDRESS}:6543/d?ssl=require",
        c=f"postgresql://reader:${{random_password.p.result}}@{ADDRESS}:6543/d",
    )
    found = plan(
        content,
        [
            consumer("web", secrets={"A": secret("a"), "B": secret("b")}),
            consumer("job", secrets={"C": secret("c")}),
        ],
    )
    (server,) = found.servers
    assert server.variables == ("web.A", "web.B", "job.C")
    assert server.port == 6543
    assert (server.connection.username, server.connection.database) == ("u", "d")
    assert server.notes == (f"{DB}: the server has no user 'reader', only 'u'",)


def test_parts_in_the_environment_are_those_of_the_server() -> None:
    content = shop({f"{SECRET}.key": {"name": "app/key"}})
    environment = {"HOST": ADDRESS, "PORT": f"${{{DB}.port}}", "USER": f"${{{DB}.username}}"}
    managed = f"${{{DB}.master_user_secret[0].secret_arn}}:password::"
    found = plan(
        content, [consumer(environment=environment | {"X": "y"}, secrets={"PASSWORD": managed})]
    )
    (server,) = found.servers
    assert dict(found.environment("web", "main")) == {
        "HOST": "data-main",
        "PORT": "5432",
        "USER": "owner",
        "PASSWORD": server.secrets["POSTGRES_PASSWORD"],
    }


def test_the_file_also_replaces_variables_that_are_not_secret() -> None:
    found = plan(shop(), [consumer(environment={"LEVEL": "info"})], {"web.LEVEL": "debug"})
    assert found.messages == ()
    assert dict(found.environment("web", "main")) == {"LEVEL": "debug"}


def test_the_key_of_a_composed_object_is_injected() -> None:
    content = shop(db=f'{{"host":"{ADDRESS}","user":"x"}}')
    found = plan(content, [consumer(secrets={"H": secret("db").replace("}", "}:host::")})])
    assert found.environment("web", "main")["H"] == "data-main"


def test_a_cache_with_a_token_requires_the_password_of_its_url() -> None:
    host = "${aws_elasticache_replication_group.c.primary_endpoint_address}"
    content = shop(
        {
            "aws_elasticache_replication_group.c": {
                "engine": "redis",
                "engine_version": "7.1",
                "auth_token": "${random_password.t.result}",
                "transit_encryption_enabled": True,
            }
        },
        url=f"rediss://app:${{random_password.t.result}}@{host}:6380/1",
    )
    found = plan(content, [consumer(secrets={"URL": secret("url")})])
    (server,) = found.servers
    password = server.connection.password
    assert found.environment("web", "main")["URL"] == f"rediss://app:{password}@data-c:6380/1"
    configuration = server.secrets["NAVRA_CONFIGURATION"].splitlines()
    assert f"user app on >{password} ~* &* +@all" in configuration
    assert "tls-port 6380" in configuration
    assert "port 0" in configuration


def test_a_server_has_the_password_that_the_document_writes_into_the_url() -> None:
    content = shop(url=f"postgresql://u:dev%23only@{ADDRESS}:5432/d")
    found = plan(content, [consumer(secrets={"URL": secret("url")})])
    assert found.servers[0].secrets["POSTGRES_PASSWORD"] == "dev#only"
    assert found.environment("web", "main")["URL"] == "postgresql://u:dev%23only@data-main:5432/d"


def test_a_cache_without_a_password_requires_none() -> None:
    host = "${aws_elasticache_cluster.c.cache_nodes[0].address}"
    content = shop({"aws_elasticache_cluster.c": {"engine": "redis"}}, url=f"redis://{host}:6379")
    found = plan(content, [consumer(secrets={"URL": secret("url")})])
    assert "requirepass" not in found.servers[0].secrets["NAVRA_CONFIGURATION"]
    assert "NAVRA_TLS_KEY" not in found.servers[0].secrets


def test_an_engine_without_a_server_needs_a_value() -> None:
    content = shop({DB: {"engine": "mysql"}}, url=f"mysql://u:p@{ADDRESS}/d")
    (missing,) = plan(content, [consumer(secrets={"URL": secret("url")})]).missing
    assert "has the engine 'mysql', for which no server is started; add URL=URL" in missing.reason


def test_a_generated_secret_has_one_value_for_all_containers() -> None:
    content = shop(key="${random_password.key.result}")
    consumers = [consumer(name, secrets={"KEY": secret("key")}) for name in ("web", "job")]
    found = plan(content, consumers)
    assert found.servers == ()
    assert found.environment("web", "main")["KEY"] == found.environment("job", "main")["KEY"]


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ({"URLL": "postgres"}, r"--data URLL: .*did you mean 'URL'\?"),
        (
            {"URL": "valkey/valkey:8"},
            r"an image of redis, but aws_db_instance\.main has the engine",
        ),
        ({"OTHER": "mysql:8"}, "is not an image of postgres, redis or valkey"),
    ],
)
def test_an_image_that_does_not_fit_is_reported(images: dict[str, str], message: str) -> None:
    content = shop({f"{SECRET}.other": {"name": "x"}}, url=f"postgresql://u@{ADDRESS}/d")
    consumers = [consumer(secrets={"URL": secret("url"), "OTHER": secret("other")})]
    with pytest.raises(NavraError, match=message):
        plan(content, consumers, **images)


def test_no_password_is_on_a_command_line_or_in_a_representation(prod: Built) -> None:
    values = {name: f"hidden-{name}" for name in KEYS}
    found = plan(TerraformDocument(prod.content), consumers_of(prod), values)
    secrets = {value for server in found.servers for value in server.secrets.values()}
    secrets |= {server.connection.password for server in found.servers}
    secrets |= set(found.environment("backend_task_definition", "backend").values())
    open_texts = [repr(found), repr(found.environment("backend_task_definition", "backend"))]
    for server in found.servers:
        open_texts += [*server.command, *server.readiness, *server.environment.values()]
    assert secrets
    for text in open_texts:
        assert not [value for value in secrets if value and value in text]
        assert "hidden-" not in text


def test_the_scripts_are_valid_shell_programs(prod: Built) -> None:
    found = plan(TerraformDocument(prod.content), consumers_of(prod), KEYS)
    scripts = [server.command[1] for server in found.servers]
    scripts += [server.readiness[2] for server in found.servers if server.readiness[0] == "sh"]
    assert len(scripts) == 3
    for script in scripts:
        subprocess.run(["sh", "-n", "-c", script], check=True)


def test_names_of_services_that_do_not_run_are_accepted() -> None:
    content = shop(url=f"postgresql://owner:x@{ADDRESS}/shop", key="literal")
    idle = consumer("job", secrets={"DATABASE_URL": secret("url")})
    found = plan_data(
        content,
        [consumer(secrets={"KEY": secret("key")})],
        file=SecretsFile({"job.DATABASE_URL": "postgresql://elsewhere", "KYE": "x"}, "f"),
        images={"DATABASE_URL": "postgres:17"},
        others=[idle],
    )
    assert found.servers == ()
    assert found.messages == ("f: no container uses KYE; did you mean 'KEY'?",)
