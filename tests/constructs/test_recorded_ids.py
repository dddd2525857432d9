"""Ids of what exists already: kept where adoption finds them, and changing nothing."""

from navra_stacks import Recorded
from tests.conftest import Build


def test_recorded_ids_stand_under_the_addresses_that_they_belong_to(build: Build) -> None:
    built = build(
        recorded=Recorded(
            load_balancer_security_group="sg-0000000a",
            service_security_groups={"web": "sg-0000000b"},
            task_definition_revisions={"web": 12},
        )
    )
    recorded = built.content["locals"]["recorded"]
    assert recorded == {
        "aws_ecs_task_definition.web_task_definition": "shop-web-qa:12",
        "aws_security_group.alb_security_group": "sg-0000000a",
        "aws_security_group.web_security_group": "sg-0000000b",
    }
    assert set(recorded) <= set(built.addresses)


def test_recorded_ids_change_nothing(build: Build) -> None:
    recorded = Recorded(load_balancer_security_group="sg-0000000a")
    assert build(recorded=recorded).bodies == build().bodies


def test_nothing_is_recorded_of_an_environment_that_is_new(build: Build) -> None:
    assert "locals" not in build().content
