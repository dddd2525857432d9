"""AEP-STAGING-ARCHITECTURE.md, section 6: secrets and configuration."""

import pytest

from tests.support.synthesized import Built, ref

pytestmark = pytest.mark.record(section=6)

SECRETS = (
    "ANTHROPIC_API_KEY",
    "AUDIT_ENCRYPTION_KEY",
    "DATABASE_URL",
    "OPENAI_API_KEY",
    "REDIS_URL",
)


def backend(staging: Built) -> dict:
    (container,) = staging.containers("aep-backend-staging").values()
    return container


def frontend(staging: Built) -> dict:
    (container,) = staging.containers("aep-frontend-staging").values()
    return container


def test_the_five_secrets_are_looked_up_by_their_recorded_names(staging: Built) -> None:
    found = [b["name"] for b in staging.data_sources if b.type == "aws_secretsmanager_secret"]
    assert sorted(found) == [f"aep/staging/{name}" for name in SECRETS]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_injected_into_the_backend_by_its_arn(staging: Built, name: str) -> None:
    secret = staging.data("aws_secretsmanager_secret", name=f"aep/staging/{name}")
    assert {"name": name, "valueFrom": ref(secret)} in backend(staging)["secrets"]


def test_the_backend_has_no_other_secrets(staging: Built) -> None:
    assert [secret["name"] for secret in backend(staging)["secrets"]] == list(SECRETS)


def test_the_frontend_has_no_secrets_and_no_variables(staging: Built) -> None:
    assert not frontend(staging).keys() & {"secrets", "environment", "environmentFiles"}


def test_no_secret_is_a_plain_variable(staging: Built) -> None:
    plain = {variable["name"] for variable in backend(staging)["environment"]}
    assert not plain & set(SECRETS)


def test_terraform_creates_no_secrets_and_reads_no_secret_values(staging: Built) -> None:
    types = {(block.kind, block.type) for block in (*staging.resources, *staging.data_sources)}
    secret_types = {(kind, type_) for kind, type_ in types if "secretsmanager" in type_}
    assert secret_types == {("data", "aws_secretsmanager_secret")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("BUDGET_ENFORCEMENT_MODE", "strict"),
        ("CORS_ORIGINS", "https://staging.navralabs.com"),
    ],
)
def test_a_plain_variable_has_its_recorded_value(staging: Built, name: str, value: str) -> None:
    assert {"name": name, "value": value} in backend(staging)["environment"]


def test_the_backend_has_exactly_three_plain_variables(staging: Built) -> None:
    names = [variable["name"] for variable in backend(staging)["environment"]]
    assert names == ["APP_ENV", "BUDGET_ENFORCEMENT_MODE", "CORS_ORIGINS"]
    assert "environmentFiles" not in backend(staging)
