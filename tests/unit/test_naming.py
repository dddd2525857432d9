"""Physical names and tags, which must equal those of the existing environments."""

import pytest

from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, Names, address_start, slug

STAGING = Names("aep", "staging")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (STAGING.stack, "aep-staging"),
        (STAGING.cluster, "aep-staging"),
        (STAGING.load_balancer, "aep-staging-alb"),
        (STAGING.load_balancer_security_group, "aep-staging-alb-sg"),
        (STAGING.service_security_group("backend"), "aep-staging-ecs-backend-sg"),
        (STAGING.target_group("backend"), "aep-staging-tg-backend"),
        (STAGING.family("backend"), "aep-backend-staging"),
        (STAGING.service("backend"), "aep-backend-staging-svc"),
        (STAGING.log_group("/ecs", "backend"), "/ecs/aep-backend-staging"),
        (STAGING.execution_role("backend"), "aep-backend-staging-execution"),
        (STAGING.task_role("backend"), "aep-backend-staging-task"),
        (STAGING.secret("DATABASE_URL"), "aep/staging/DATABASE_URL"),
        (STAGING.state_key(), "aep/staging/terraform.tfstate"),
    ],
)
def test_names_equal_those_of_the_existing_resources(name: str, expected: str) -> None:
    assert name == expected


def test_names_depend_on_project_and_environment_only() -> None:
    assert Names("shop", "qa").target_group("web") == "shop-qa-tg-web"
    assert Names("shop", "qa") == Names("shop", "qa")


def test_tags_are_the_default_tags_and_the_environments_own_sorted() -> None:
    own = {"Team": "web", "Cost": "1"}
    assert list(STAGING.tags(own).items()) == [
        ("Cost", "1"),
        ("Environment", "staging"),
        ("ManagedBy", "terraform"),
        ("Project", "aep"),
        ("Team", "web"),
    ]
    assert own == {"Team": "web", "Cost": "1"}


def test_load_balancer_names_have_at_most_32_characters() -> None:
    assert LOAD_BALANCER_NAME_LIMIT == 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/api/v1/*", "api_v1"),
        ("backend", "backend"),
        ("DATABASE_URL", "database_url"),
        ("a--b", "a_b"),
        ("/*", ""),
        ("Straße", "stra_e"),  # an address is ASCII
        ("x²", "x"),
    ],
)
def test_slug_converts_text_to_a_part_of_a_terraform_address(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("/2fa/*", "_2fa"), ("2048-game", "_2048_game"), ("_1", "_1"), ("/api/*", "api"), ("/*", "")],
)
def test_an_address_starts_with_no_digit(text: str, expected: str) -> None:
    assert address_start(text) == expected
