"""Credentials are rejected as plain values, and appear in no error message and no repr."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks import Container, Environment, Secret, SettingsError
from tests.support.credentials import CREDENTIALS
from tests.support.settings_errors import reported_problems, with_container
from tests.support.shop import shop, web, web_container

PROBLEM = (
    "looks like a credential (the value is not shown), and would be stored in code, plan and "
    "state; store the value in Secrets Manager, and list the variable in `secrets`"
)
credentials = pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)


@credentials
def test_rejects_a_variable_with_a_credential(value: str) -> None:
    assert reported_problems(lambda: with_container(environment={"SETTING": value})) == [
        f"services.web.container.environment.SETTING: {PROBLEM}"
    ]


@credentials
def test_rejects_a_credential_in_a_command(value: str) -> None:
    (line,) = reported_problems(lambda: with_container(command=("serve", f"--with={value}")))
    assert line.startswith("services.web.container.command.1: looks like a credential")


@pytest.mark.parametrize(
    "name",
    "PASSWORD DB_PASSWORD PGPASSWORD MYSQL_PWD CLIENT_SECRET TOKEN API_TOKEN OPENAI_API_KEY APIKEY "
    "PRIVATE_KEY AWS_SECRET_ACCESS_KEY SECRET_KEY AUDIT_ENCRYPTION_KEY SSH_PASSPHRASE "
    "db_password".split(),
)
def test_rejects_a_variable_named_like_a_credential(name: str) -> None:
    assert reported_problems(lambda: with_container(environment={name: "hunter2"})) == [
        f"services.web.container.environment.{name}: {PROBLEM}"
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("CORS_ORIGINS", "https://staging.shop.example"),
        ("MAX_TOKENS", "4096"),
        ("PUBLIC_KEY_URL", "https://shop.example/keys"),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("API_TOKEN", ""),  # explicitly empty
        ("REQUIRE_PASSWORD", "true"),
        ("BUDGET_ENFORCEMENT_MODE", "strict"),
        ("TASK", "task-" + "a" * 30),  # sk- in the middle of a word
        ("DATABASE", "postgres://db.shop.example:5432/shop"),
        ("MONKEY", "banana"),
        ("SECRETARY", "Ada"),
    ],
)
def test_accepts_variables_without_credentials(name: str, value: str) -> None:
    assert with_container(environment={name: value}).service("web").container.environment == {
        name: value
    }


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
}


@pytest.mark.parametrize("place", MISPLACED)
@credentials
def test_error_messages_do_not_contain_a_misplaced_credential(place: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        MISPLACED[place](value)
    for secret in (value, *(part for part in value.split() if len(part) > 12), "hunter2"):
        assert secret not in str(error.value)
        assert secret not in repr(error.value)


SURROUNDINGS = (
    "".join(map(chr, range(256))) + "\u2028\u2029\u3000\ufeff\N{SNOWMAN}\N{GRINNING FACE}"
)
"""Quotes, brackets, whitespace, line breaks and letters of every kind."""


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(sorted(MISPLACED)),
    st.text("abcdefXYZ0189", min_size=20, max_size=60).map(lambda body: f"sk-{body}"),
    st.text(SURROUNDINGS, max_size=8),
    st.text(SURROUNDINGS, max_size=8),
)
def test_error_messages_do_not_contain_a_credential_within_a_string(
    place: str, key: str, before: str, after: str
) -> None:
    for line in reported_problems(lambda: MISPLACED[place](f"{before} {key} {after}")):
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
