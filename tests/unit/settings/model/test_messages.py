"""Everything that is wrong with an environment is told at once, however deep it lies."""

from typing import Any

import pytest

from navra_stacks import Environment, RegistryImage, SettingsError
from tests.support.faulty_environment import full_of_mistakes
from tests.support.settings_errors import complaints
from tests.support.shop import shop, web, web_container


def test_mistakes_at_every_depth_are_told_together() -> None:
    fields = [line.partition(": ")[0] for line in complaints(full_of_mistakes)]
    assert fields == [
        "account",
        "regoin",
        "network.availability_zones",
        "domain.host",
        "services.web.container.port",
        "services.web.container.image.tag",
        "services.web.container.environment.API_TOKEN",
        "services.api.health_check.path",
        "services.api.health_check.timeout_seconds",
        "services.api.cpu",
        "routing.routes.api.priority",
        "routing.routes.more.paths.0",
        "routing.routes.more.paths.1",
        "existing_ids.load_balancer_security_group",
        # Rules over what is sound.
        "network.availability_zones",
        "network.availability_zones",
        "routing.default",
        "secrets.KEY",
        "tags.aws:x",
    ]


def test_the_error_names_the_environment_and_counts_its_problems() -> None:
    with pytest.raises(SettingsError) as told:
        full_of_mistakes()
    first, *rest = str(told.value).splitlines()
    assert first == "shop-qa: 19 problems in the settings"
    assert rest == [f"  {problem}" for problem in told.value.problems]


def test_no_rule_repeats_what_a_field_told_already() -> None:
    # Each of these faults would break many rules, had they to do without the field.
    for changes in (
        {"services": None},
        {"routing": 3},
        {"name": 5},
        {"region": None},
        {"network": "default"},
        {"domain": {"host": 1, "zone": "shop.example"}},
        {"tags": 4},
        {"services": (web(container=web_container(port=0)),)},
    ):
        assert len(complaints(lambda changes=changes: shop(**changes))) == 1, changes  # type: ignore[misc]


def test_a_misspelt_setting_is_not_also_missed() -> None:
    image = RegistryImage(repository="nginx", tag="1")
    assert complaints(lambda: shop(web(container={"image": image, "prt": 8080}))) == [
        "services.web.container.prt: is not a setting of Container; did you mean 'port'?"
    ]


def test_an_empty_environment_is_told_all_that_it_needs() -> None:
    assert complaints(lambda: Environment()) == [  # type: ignore[call-arg]
        f"{field}: is missing; give it: {purpose}"
        for field, purpose in {
            "project": "the project, first part of most names: `aep`",
            "name": "the environment, second part of most names",
            "account": "the AWS account, the only one that Terraform will touch",
            "region": "the AWS Region",
            "network": "the VPC and its subnets",
            "domain": "the host and its hosted zone",
            "services": "the ECS services",
            "routing": "which service answers which path",
            "logs": "names and retention of the services' log groups",
        }.items()
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"services": "web"}, "services: 'web' is not a list; a list of one is written ('web',)"),
        ({"services": {"web": 1}}, "services: a dict is not a list"),
        ({"tags": "team"}, "tags: 'team' is not a mapping"),
        ({"routing": 3}, "routing: 3 is not Routing"),
        ({"state": "s3"}, "state: 's3' is not LocalState or S3State"),
        ({"database": "rds"}, "database: 'rds' is not Database or ExistingDatabase"),
        ({"domain": shop().network}, "domain: DefaultVpc(...) is not Domain"),
        ({"project": None}, "project: None is not text"),
        (
            {"hardening": {"dashboard": "maybe"}},
            "hardening.dashboard: 'maybe' is not True or False",
        ),
        ({"tags": {"a": ["x"] * 99}}, "tags.a: a list is not text"),
        ({"region": "x" * 99}, f"region: '{'x' * 99}' is not an AWS Region; as in 'us-east-1'"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_which_is_right(
    changes: dict[str, Any], line: str
) -> None:
    assert complaints(lambda: shop(**changes)) == [line]
