"""Recorded IDs of existing resources: a local value that changes no resource."""

from navra_stacks import ExistingIds
from tests.support.synthesized import Build

MOVES = {"aws_lb.load_balancer", "aws_ecs_service.web_service"}
"""The resources that are replaced with their security groups unless they are recorded."""


def test_recorded_ids_are_listed_by_terraform_address(build: Build) -> None:
    built = build(
        existing_ids=ExistingIds(
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


def test_recorded_ids_change_no_resource_but_pin_the_vpc(build: Build) -> None:
    recorded = build(existing_ids=ExistingIds(load_balancer_security_group="sg-0000000a")).bodies
    for address, body in build().bodies.items():
        lifecycle = dict(body.get("lifecycle", {}))
        moves = lifecycle.pop("replace_triggered_by", None)
        kept = {key: value for key, value in body.items() if key != "lifecycle"}
        kept |= {"lifecycle": lifecycle} if lifecycle else {}
        assert recorded[address] == kept
        assert (moves is not None) == (address in MOVES)


def test_a_new_environment_has_no_recorded_ids(build: Build) -> None:
    assert "locals" not in build().content
