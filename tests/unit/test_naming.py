"""Physical names and tags: those of the environments that run, to the letter."""

import pytest

from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, Names, slug

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
def test_names_are_those_of_the_environment_that_runs(name: str, expected: str) -> None:
    assert name == expected


def test_names_are_made_of_project_and_environment_alone() -> None:
    assert Names("shop", "qa").target_group("web") == "shop-qa-tg-web"
    assert Names("shop", "qa") == Names("shop", "qa")


def test_the_standing_tags_stand_beside_an_environments_own_in_order() -> None:
    own = {"Team": "web", "Cost": "1"}
    assert list(STAGING.tags(own).items()) == [
        ("Cost", "1"),
        ("Environment", "staging"),
        ("ManagedBy", "terraform"),
        ("Project", "aep"),
        ("Team", "web"),
    ]
    assert own == {"Team": "web", "Cost": "1"}


def test_load_balancers_have_names_of_32_characters_at_most() -> None:
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
def test_a_slug_is_part_of_a_terraform_address(text: str, expected: str) -> None:
    assert slug(text) == expected
