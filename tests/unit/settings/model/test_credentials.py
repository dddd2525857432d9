"""Credentials are rejected as plain values, and appear in no error message and no repr."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks import (
    Alarms,
    Container,
    Database,
    Environment,
    FireLens,
    Hardening,
    HealthCheck as NavraHealthCheck,
    IamPermission,
    ImportedResource,
    ImportInventory,
    LogPatternAlarm,
    OneOffTask,
    OpenTelemetryCollector,
    ResponseHeaders,
    S3State,
    Secret,
    SettingsError,
)
from navra_stacks.settings.model.credential_formats import FORMATS
from navra_stacks.settings.model.credentials import is_credential, redact_credentials
from tests.support.credentials import BY_FORMAT, BY_KEY, CREDENTIALS, KEY
from tests.support.settings_errors import reported_problems, with_container, with_web
from tests.support.shop import shop, web, web_container

FOUND = (
    "looks like a credential (the value is not shown), and would be stored in code, plan and state"
)


def problem(name: str) -> str:
    return (
        f"services.web.container.environment.{name}: {FOUND}; store the value in Secrets Manager, "
        "add a Secret of that name to the environment's `secrets`, and list the variable in the "
        "container's `secrets`; if the value is not a secret, list "
        f"{name!r} in `not_secret`"
    )


credentials = pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)


@credentials
def test_rejects_a_variable_with_a_credential(value: str) -> None:
    assert reported_problems(lambda: with_container(environment={"SETTING": value})) == [
        problem("SETTING")
    ]


@credentials
def test_rejects_a_credential_in_a_command(value: str) -> None:
    (line,) = reported_problems(lambda: with_container(command=("serve", f"--with={value}")))
    assert line.startswith("services.web.container.command.1: looks like a credential")


@pytest.mark.parametrize(
    "name",
    (
        "PASSWORD DB_PASSWORD PGPASSWORD MYSQL_PWD CLIENT_SECRET TOKEN API_TOKEN OPENAI_API_KEY "
        "APIKEY PRIVATE_KEY AWS_SECRET_ACCESS_KEY SECRET_KEY AUDIT_ENCRYPTION_KEY SSH_PASSPHRASE "
        "db_password DB_PASS PASS SMTP_PASS CREDENTIALS DB_CREDENTIALS SENTRY_DSN clientSecret "
        "accessToken AccountKey api-key SESSION_KEY NEW_RELIC_LICENSE_KEY API_KEYS ACCESS_TOKENS "
        "spring.datasource.password PASSCODE DB_PW DBPASS LDAP_BINDPW PASSWORD1 DB_PASSWORD_2 "
        "DB_PASSWORD_OLD SECRET_KEY_BASE AIRFLOW__CORE__FERNET_KEY JWT_KEY ALGOLIA_ADMIN_KEY "
        "GITHUB_PAT BASIC_AUTH REDIS_AUTH x-honeycomb-team PRIVATE_KEY_BASE64"
    ).split(),
)
def test_recognizes_the_names_of_credentials(name: str) -> None:
    assert is_credential("hunter2", name=name)


@pytest.mark.parametrize(
    "name",
    (
        "APP_ENV MONKEY SECRETARY COMPASS BYPASS TOKENS MAX_TOKENS TOKENIZER SORT_KEY PRIMARY_KEY "
        "PUBLIC_KEY KEY CACHE_KEY PASSWORD_FILE SECRET_NAME SECRET_ARN TOKEN_URL API_KEY_HEADER "
        "ACCESS_KEY_ID PASSENGERS KEYBOARD DSN_TIMEOUT password_version PATH_2 SPAWN PEW COMPAT "
        "DATABASE_1 IS_OLD BASE64"
    ).split(),
)
def test_does_not_recognize_other_names(name: str) -> None:
    assert not is_credential("hunter2", name=name)


@pytest.mark.parametrize("name", ["API_TOKEN", "DB_PASS", "SENTRY_DSN"])
def test_rejects_a_variable_named_like_a_credential(name: str) -> None:
    assert reported_problems(lambda: with_container(environment={name: "hunter2"})) == [
        problem(name)
    ]


PLAIN = [
    ("APP_ENV", "staging"),
    ("CORS_ORIGINS", "https://staging.shop.example"),
    ("MAX_TOKENS", "4096"),
    ("MAX_TOKEN", "4096"),
    ("TOKEN", "-1.5"),
    ("SESSION_KEY", "30s"),
    ("PUBLIC_KEY_URL", "https://shop.example/keys"),
    ("PASSWORD_FILE", "/run/secrets/password"),
    ("PASSWORD", "/run/secrets/DB_PASSWORD"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "/etc/gcp/credentials.json"),
    ("PRIVATE_KEY", "./keys/private.pem"),
    ("TLS_SECRET", "C:\\keys\\tls.pem"),
    ("API_TOKEN", ""),  # explicitly empty
    ("PASSWORD", "***"),
    ("REQUIRE_PASSWORD", "true"),
    ("FORGOT_PASS", "OFF"),
    ("SIGNING_KEY", "disabled"),
    ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/DB-a1B2c3"),
    (
        "ENCRYPTION_KEY",
        "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-44445555",
    ),
    ("ENCRYPTION_KEY", "alias/shop"),
    ("CSRF_TOKEN", "X-CSRF"),
    ("CSRF_TOKEN", "csrftoken"),
    ("AUTH_TOKEN", "Authorization"),
    ("API_KEY", "X-Api-Key"),
    ("XSRF_TOKEN", "XSRF-TOKEN"),
    ("DB_PASSWORD", "${DB_PASSWORD}"),
    ("DB_PASSWORD", "$DB_PASSWORD"),
    ("DB_PASSWORD", "$(cat /run/secrets/db)"),
    ("DB_PASSWORD", "{{ password }}"),
    ("DB_DSN", "postgres://db.shop.example:5432/shop"),
    ("DB_DSN", "host=db.shop.example dbname=shop sslmode=require"),
    ("OAUTH_SECRET", "https://auth.shop.example/secrets"),
    ("DB_SECRET", "shop/live/database"),
    ("CREDENTIALS", "same-origin"),  # a mode of requests in browsers
    ("GF_DATABASE_PASSWORD", "$__file{/run/secrets/db}"),  # a reference in Grafana
    ("MYSQL_DSN", "shop@tcp(db:3306)/shop"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "x-team=shop"),
    ("PUBLIC_KEY", KEY),
    ("RECAPTCHA_SITE_KEY", KEY),
    ("CACHE_KEY", "shop:v1"),
    ("S3_KEY", "releases/2026-11/app-1.2.zip"),
    ("BUDGET_ENFORCEMENT_MODE", "strict"),
    ("TASK", "task-" + "a" * 30),  # sk- in the middle of a word
    ("NAME", "gh" + "p_short"),
    ("DATABASE", "postgres://db.shop.example:5432/shop"),
    ("DATABASE", "postgres://app@db.shop.example/shop"),
    ("DATABASE", "postgres://app:${DB_PASSWORD}@db.shop.example/shop"),
    ("DATABASE", "jdbc:postgresql://db.shop.example/shop?user=app&ssl=true"),
    ("QUERY", "SELECT * FROM t WHERE token = :token AND password = ?"),
    ("ARGS", "--max-token=4096 --token-file=/run/token --password-from=env"),
    ("ARGS", "--password-file /run/secrets/db --verbose"),
    ("ARGS", "export TOKEN=$(cat /run/token) && exec serve"),
    ("FORMAT", "key=value; a == b"),
    ("HELP", "Bearer authentication is required"),
    ("CONFIG", "processors:\n  token: ${env:TOKEN}\n  secret: /run/secret\n"),
    ("CONFIG", '{"user": "app", "passwordFile": "/run/password", "maxToken": "100"}'),
    ("EMAIL", "operations@shop.example"),
    ("IMAGE", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1"),
    ("DIGEST", "sha256:" + "0a1b2c3d" * 8),
    ("COMMIT", "0a1b2c3d" * 5),
    ("UUID", "0a1b2c3d-1111-2222-3333-444455556666"),
]


@pytest.mark.parametrize(("name", "value"), PLAIN, ids=range(len(PLAIN)))
def test_accepts_values_that_are_not_credentials(name: str, value: str) -> None:
    container = with_container(environment={name: value}).service("web").container
    assert container.environment == {name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "4096"),  # a number can be a password
        ("DB_PASSWORD", "password"),
        ("DB_PASS", "X-CSRF"),
        ("API_KEY", "8461937" * 3),  # too long for a number
        ("AWS_SECRET_ACCESS_KEY", "/bPxRfiCY" + "zEXAMPLE+KEY/0aB1cD2eF3"),
        ("SECRET_KEY", "/" + KEY),  # a random string that starts like a path
        ("CLIENT_SECRET", "https://shop.example/" + KEY),
        ("SENTRY_DSN", "https://key" + "@o1.ingest.sentry.example/42"),
        ("DB_DSN", "host=db pass" + "word=hunter2"),
        ("DB_PASSWORD", "shop/live/database"),
        ("CLIENT_SECRET", "shop/a1b2c3/x"),
        ("SUPABASE_KEY", KEY),
        ("UPLOAD_KEY", "0a1b2c3d" * 4),
        ("MYSQL_DSN", "shop:hunter2" + "@tcp(db:3306)/shop"),
        ("TOKEN", "on-a-hunch"),
        ("DB_PASSWORD", "$ecret!"),
    ],
)
def test_rejects_values_that_only_resemble_plain_ones(name: str, value: str) -> None:
    assert is_credential(value, name=name)


def test_every_format_is_documented_and_has_an_example() -> None:
    for known in FORMATS:
        assert "http" in known.source
        pattern = re.compile(known.pattern)
        assert pattern.groups == 0
        assert any(pattern.search(value) for value in BY_FORMAT.values()), known.name


PLACES: dict[str, Callable[[str], object]] = {
    "services.web.container.environment.SETTING": lambda v: with_container(
        environment={"SETTING": v}
    ),
    "services.web.container.command.0": lambda v: with_container(command=(v,)),
    "services.web.one_off_tasks.migrate.command.1": lambda v: with_web(
        one_off_tasks=(OneOffTask(name="migrate", command=("run", v)),)
    ),
    "services.web.log_router.options.Header": lambda v: with_web(
        log_router=FireLens(tag="1", options={"Name": "http", "Header": v})
    ),
    "services.web.telemetry.config": lambda v: with_web(
        telemetry=OpenTelemetryCollector(tag="1", config=v)
    ),
    "tags.note": lambda v: shop(tags={"note": v}),
    "database.url_options.application_name": lambda v: shop(
        database=Database(url_secret="URL", url_options={"application_name": v})
    ),
    "hardening.alarms.custom.refusals.pattern": lambda v: _alarm(pattern=v),
    "hardening.alarms.custom.refusals.description": lambda v: _alarm(description=v),
    "services.web.health_check.path": lambda v: with_web(
        health_check=NavraHealthCheck(path="/" + v.replace(" ", "+"))
    ),
    "services.web.permissions.0.resources.0": lambda v: with_web(
        permissions=(
            IamPermission(actions=("s3:GetObject",), resources=(f"arn:aws:s3:::reports/{v}",)),
        )
    ),
    "state.key": lambda v: shop(state=S3State(bucket="shop-state", key=v)),
    "hardening.response_headers.content_security_policy": lambda v: shop(
        hardening=Hardening.relaxed(response_headers=ResponseHeaders(content_security_policy=v))
    ),
    "inventory.resources.aws_lb.load_balancer.id": lambda v: _inventory(id=v),
    "inventory.resources.aws_lb.load_balancer.keeps.name": lambda v: _inventory(
        id="1", keeps={"name": v}
    ),
    "inventory.resources.aws_lb.load_balancer.changes.tags.note": lambda v: _inventory(
        id="1", changes={"tags.note": f'absent -> "{v}"'}
    ),
}
"""Every place in which a text reaches a document or an inventory."""


def _alarm(**changes: str) -> Environment:
    alarm = LogPatternAlarm(
        **({"name": "refusals", "service": "web", "pattern": "refused"} | changes)
    )
    return shop(hardening=Hardening.relaxed(alarms=Alarms(emails=None, custom=(alarm,))))


def _inventory(**resource: Any) -> Environment:
    head = {"stack": "shop-qa", "account": "111122223333", "region": "eu-west-1"}
    found = ImportInventory(
        **head, resources={"aws_lb.load_balancer": ImportedResource(**resource)}
    )
    return shop(inventory=found)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "kind", ["a token of GitHub", "a URL with a password", "a JDBC URL", "an option"]
)
def test_rejects_a_credential_in_every_text(place: str, kind: str) -> None:
    value = CREDENTIALS[kind]
    lines = reported_problems(lambda: PLACES[place](value))
    assert any(line.startswith(f"{place}: looks like a credential") for line in lines), lines
    assert not any("hunter2" in line or value in line for line in lines)


@pytest.mark.parametrize(
    ("command", "index"),
    [
        (("serve", "--password", "hunter2"), 2),
        (("serve", "--api-token", "hunter2", "--port", "80"), 2),
        (("env", "DB_PASS=hunter2", "serve"), 1),
        (("sh", "-c", "PGPASSWORD=hunter2 psql"), 2),
    ],
)
def test_rejects_the_value_of_an_option(command: tuple[str, ...], index: int) -> None:
    (line,) = reported_problems(lambda: with_container(command=command))
    assert line.startswith(f"services.web.container.command.{index}: looks like a credential")
    assert f"list 'command.{index}' in `not_secret`" in line


def test_accepts_options_without_credentials() -> None:
    for command in (
        ("serve", "--password", "--verbose"),
        ("serve", "--password", "$DB_PASSWORD"),
        ("serve", "--token", "/run/secrets/token"),
        ("alembic", "upgrade", "head"),
    ):
        with_container(command=command)


DSN = "https://" + KEY[:32] + "@o1.ingest.sentry.example/42"


@pytest.mark.parametrize(
    "build",
    [
        lambda labels: with_container(
            environment={"SENTRY_DSN": DSN, "MODE": "x"}, not_secret=labels("SENTRY_DSN")
        ),
        lambda labels: with_container(
            environment={"JSON": '{"password": "demo"}'}, not_secret=labels("JSON")
        ),
        lambda labels: with_container(
            command=("serve", "--token", "demo"), not_secret=labels("command.2")
        ),
        lambda labels: with_web(
            one_off_tasks=(
                OneOffTask(name="once", command=("run", DSN), not_secret=labels("command.1")),
            )
        ),
        lambda labels: with_web(
            log_router=FireLens(
                tag="1", options={"Name": "http", "api_key": "demo"}, not_secret=labels("api_key")
            )
        ),
        lambda labels: shop(
            hardening=Hardening.relaxed(
                alarms=Alarms(
                    emails=None,
                    custom=(
                        LogPatternAlarm(
                            name="refusals",
                            service="web",
                            pattern='{ $.token = "demo" }',
                            not_secret=labels("pattern"),
                        ),
                    ),
                )
            )
        ),
        lambda labels: shop(tags={"cost.token": "blue"}, not_secret=labels("cost.token")),
        lambda labels: Database(
            url_secret="URL", url_options={"session_key": "blue"}, not_secret=labels("session_key")
        ),
    ],
    ids=range(8),
)
def test_a_value_that_is_not_secret_can_be_listed(build: Callable[..., Any]) -> None:
    (line,) = reported_problems(lambda: _checked(build(lambda _: ())))
    label = re.search(r"; if the value is not a secret, list '([^']*)' in `not_secret`$", line)
    assert label is not None, line
    assert reported_problems(lambda: _checked(build(lambda expected: (expected,)))) == []
    assert build(lambda expected: (expected,)) is not None
    assert reported_problems(lambda: _checked(build(lambda _: (label[1],)))) == []


def _checked(settings_value: Any) -> None:
    """Raise the problems of settings that are not an environment."""
    if settings_value.problems():
        raise SettingsError("settings", settings_value.problems())


def test_a_label_without_a_text_is_a_problem() -> None:
    assert reported_problems(
        lambda: with_container(environment={"SENTRY_DSN": DSN}, not_secret=("SENTRY", "SENTRY_DSN"))
    ) == [
        "services.web.container.not_secret: 'SENTRY' is not the name of a text in these settings; "
        "did you mean 'SENTRY_DSN'?"
    ]


def test_the_labels_of_a_container_hold_for_its_one_off_tasks() -> None:
    task = OneOffTask(name="once", command=("run",))
    service = web(
        container=web_container(
            environment={"SENTRY_DSN": DSN},
            command=("serve", "--token", "demo"),
            not_secret=("SENTRY_DSN", "command.2"),
        ),
        one_off_tasks=(task,),
    )
    assert shop(service).service("web").for_one_off_task(task).problems() == ()


Misplace = Callable[[str], object]
MISPLACED: dict[str, Misplace] = {
    "variable": lambda v: with_container(environment={"SETTING": v}),
    "variable with an invalid name": lambda v: with_container(environment={"A B": v}),
    "variables that are not a mapping": lambda v: with_container(environment=v),
    "variables in a list": lambda v: with_container(environment=(("SETTING", v),)),
    "name of a secret": lambda v: with_container(secrets=(v,)),
    "list of secrets": lambda v: with_container(secrets=v),
    "declared secret": lambda v: shop(secrets=(v,)),
    "value of a secret": lambda v: shop(secrets=(Secret(name="KEY", value=v),)),  # type: ignore[call-arg]
    "name of a declared secret": lambda v: shop(secrets=(Secret(name=v),)),
    "user": lambda v: with_container(user=f"root:{v}"),
    "image": lambda v: with_container(image=v),
    "port": lambda v: with_container(port=v),
    "command": lambda v: with_container(command=(v,)),
    "container": lambda v: shop(web(container={"environment": {"SETTING": v}, "port": v})),
    "container in a list": lambda v: shop(web(container=({"environment": {"SETTING": v}},))),
    "services as a mapping": lambda v: shop(services={"web": {"environment": {"SETTING": v}}}),
    "service": lambda v: shop(services=(v,)),
    "region": lambda v: shop(region=v),
    "account": lambda v: shop(account=v),
    "project": lambda v: shop(project=v),
    "state": lambda v: shop(state=v),
    "bucket": lambda v: shop(state={"bucket": v}),
    "unknown setting": lambda v: shop(password=v),
    "health check": lambda v: shop(web(health_check={"path": v})),
    "tag": lambda v: shop(tags={"Password": f"{v};"}),
    "tag that is a number": lambda v: shop(tags={v: 5, "Name": 1}),
    "key of an option": lambda v: with_web(log_router=FireLens(tag="1", options={v: "x"})),
    "option that is a list": lambda v: with_web(log_router=FireLens(tag="1", options={"x": (v,)})),
    "not secret": lambda v: with_container(not_secret=(v,)),
    "long text": lambda v: shop(region="x" * 60 + " " + v),
    "long text in a path": lambda v: shop(web(health_check={"path": "/" + "x " * 30 + v})),
}


SHAPES = (
    *("a private key", "a key of OpenAI", "a JSON web token", "a webhook of Slack"),
    *("a URL with a password", "a bearer token", *BY_KEY),
)


@pytest.mark.parametrize("place", MISPLACED)
@pytest.mark.parametrize("value", [CREDENTIALS[shape] for shape in SHAPES], ids=SHAPES)
def test_error_messages_do_not_contain_a_misplaced_credential(place: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        MISPLACED[place](value)
    for secret in (value, *(part for part in value.split() if len(part) > 12), "hunter2"):
        assert secret not in str(error.value)
        assert secret not in repr(error.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: shop(tags={"API_TOKEN": 8461937}),
        lambda: with_web(log_router=FireLens(tag="1", options={"Name": "x", "password": 8461937})),
        lambda: Database(url_secret="URL", url_options={"apiKey": 8461937}),
    ],
    ids=["tag", "option of a log router", "option of a URL"],
)
def test_a_number_with_the_name_of_a_credential_is_not_shown(build: Callable[[], Any]) -> None:
    lines = reported_problems(lambda: _checked(build()))
    assert any("the value (not shown) is not text" in line for line in lines)
    assert not any("8461937" in line for line in lines)


SURROUNDINGS = (
    "".join(map(chr, range(256))) + "\u2028\u2029\u3000\ufeff\N{SNOWMAN}\N{GRINNING FACE}"
)
"""Quotes, brackets, whitespace, line breaks and letters of every kind."""


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(sorted(MISPLACED)),
    st.sampled_from(("sk-", "DB_PASS=", "--api-key=", "Pwd=")),
    st.text("abcdefXYZ0189", min_size=20, max_size=60),
    st.text(SURROUNDINGS, max_size=8),
    st.text(SURROUNDINGS, max_size=8),
)
def test_error_messages_do_not_contain_a_credential_within_a_string(
    place: str, prefix: str, key: str, before: str, after: str
) -> None:
    text = f"{before} {prefix}{key} {after}"
    for line in reported_problems(lambda: MISPLACED[place](text)):
        assert key not in line


def test_repr_does_not_contain_values_of_variables() -> None:
    container: Container = web_container(environment={"MODE": "a-plain-value"})
    environment: Environment = shop(web(container=container))
    for settings_value in (container, environment.service("web"), environment):
        assert "a-plain-value" not in repr(settings_value)
        assert "a-plain-value" not in str(settings_value)


def test_repr_of_an_invalid_container_does_not_contain_values() -> None:
    container = web_container(environment={"MODE": "a-plain-value"}, port=0)
    assert repr(container) == "Container(problems=1)"
    assert "a-plain-value" not in str(container.problems())


@pytest.mark.parametrize(
    "part",
    ["a=", "-a", "://a:", ":aa", "sk-", 'a="', "a='b\"", "a: b\n", "csrf-", "x-a-", "=", "/a"],
)
def test_a_long_text_is_searched_in_linear_time(part: str) -> None:
    text = part * (100_000 // len(part)) + "!"
    start = time.perf_counter()
    is_credential(text, name="API_TOKEN")
    redact_credentials(text)
    assert time.perf_counter() - start < 10
