"""What looks like a credential is refused as a plain value, and no message and no repr shows it."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks import Container, Environment, Secret, SettingsError
from tests.support.credentials import CREDENTIALS
from tests.support.settings_errors import complaints, with_container
from tests.support.shop import shop, web, web_container

REFUSED = (
    "looks like a credential (its value is not shown), which would end up in code, plan and state; "
    "put the value into Secrets Manager and name it under `secrets`"
)
credentials = pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)


@credentials
def test_a_variable_with_a_credential_is_refused(value: str) -> None:
    assert complaints(lambda: with_container(environment={"SETTING": value})) == [
        f"services.web.container.environment.SETTING: {REFUSED}"
    ]


@credentials
def test_a_credential_on_the_command_line_is_refused(value: str) -> None:
    (line,) = complaints(lambda: with_container(command=("serve", f"--with={value}")))
    assert line.startswith("services.web.container.command.1: looks like a credential")


@pytest.mark.parametrize(
    "name",
    "PASSWORD DB_PASSWORD PGPASSWORD MYSQL_PWD CLIENT_SECRET TOKEN API_TOKEN OPENAI_API_KEY APIKEY "
    "PRIVATE_KEY AWS_SECRET_ACCESS_KEY SECRET_KEY AUDIT_ENCRYPTION_KEY SSH_PASSPHRASE "
    "db_password".split(),
)
def test_a_variable_named_like_a_credential_is_refused(name: str) -> None:
    assert complaints(lambda: with_container(environment={name: "hunter2"})) == [
        f"services.web.container.environment.{name}: {REFUSED}"
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("CORS_ORIGINS", "https://staging.shop.example"),
        ("MAX_TOKENS", "4096"),
        ("PUBLIC_KEY_URL", "https://shop.example/keys"),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("API_TOKEN", ""),  # explicitly none
        ("REQUIRE_PASSWORD", "true"),
        ("BUDGET_ENFORCEMENT_MODE", "strict"),
        ("TASK", "task-" + "a" * 30),  # sk- in the middle of a word
        ("DATABASE", "postgres://db.shop.example:5432/shop"),
        ("MONKEY", "banana"),
        ("SECRETARY", "Ada"),
    ],
)
def test_an_ordinary_variable_is_taken(name: str, value: str) -> None:
    assert with_container(environment={name: value}).service("web").container.environment == {
        name: value
    }


Misplace = Callable[[str], object]
MISPLACED: dict[str, Misplace] = {
    "variable": lambda v: with_container(environment={"SETTING": v}),
    "variable with a bad name": lambda v: with_container(environment={"A B": v}),
    "variables that are no mapping": lambda v: with_container(environment=v),
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
def test_a_misplaced_credential_is_never_shown(place: str, value: str) -> None:
    with pytest.raises(SettingsError) as told:
        MISPLACED[place](value)
    for telling in (value, *(part for part in value.split() if len(part) > 12), "hunter2"):
        assert telling not in str(told.value)
        assert telling not in repr(told.value)


AROUND = "".join(map(chr, range(256))) + "\u2028\u2029\u3000\ufeff\N{SNOWMAN}\N{GRINNING FACE}"
"""Quotes, brackets, blanks, breaks and letters of every kind."""


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(sorted(MISPLACED)),
    st.text("abcdefXYZ0189", min_size=20, max_size=60).map(lambda body: f"sk-{body}"),
    st.text(AROUND, max_size=8),
    st.text(AROUND, max_size=8),
)
def test_a_credential_inside_another_text_is_never_shown(
    place: str, key: str, before: str, after: str
) -> None:
    for line in complaints(lambda: MISPLACED[place](f"{before} {key} {after}")):
        assert key not in line


def test_a_plain_value_is_in_no_repr() -> None:
    container: Container = web_container(environment={"MODE": "a-plain-value"})
    environment: Environment = shop(web(container=container))
    for shown in (container, environment.service("web"), environment):
        assert "a-plain-value" not in repr(shown)
        assert "a-plain-value" not in str(shown)


def test_a_faulty_containers_values_are_in_no_repr() -> None:
    container = web_container(environment={"MODE": "a-plain-value"}, port=0)
    assert repr(container) == "Container(problems=1)"
    assert "a-plain-value" not in str(container.problems())
