"""AEP-STAGING-ARCHITECTURE.md, section 11: staging trade-offs."""

import pytest

from tests.support.synthesized import Built

FAMILIES = ("aep-frontend-staging", "aep-backend-staging")


@pytest.mark.record(section=11)
@pytest.mark.parametrize("family", FAMILIES)
def test_tasks_are_in_public_subnets_of_the_default_vpc_with_a_public_ip(
    staging: Built, family: str
) -> None:
    network = staging.one("aws_ecs_service", name=f"{family}-svc")["network_configuration"]
    assert network["assign_public_ip"] is True
    for subnet in map(staging.referred, network["subnets"]):
        assert {"name": "map-public-ip-on-launch", "values": ["true"]} in subnet["filter"]
        assert staging.referred(subnet["vpc_id"])["default"] is True


@pytest.mark.record(section=11)
def test_every_service_has_a_single_task(staging: Built) -> None:
    assert {service["desired_count"] for service in staging.all("aws_ecs_service")} == {1}


@pytest.mark.record(section=11)
def test_there_is_no_waf(staging: Built) -> None:
    assert not {type_ for type_ in staging.types if type_.startswith("aws_waf")}


@pytest.mark.record(section=11)
def test_there_is_no_autoscaling(staging: Built) -> None:
    assert not {type_ for type_ in staging.types if type_.startswith("aws_appautoscaling")}


@pytest.mark.record(section=11)
@pytest.mark.parametrize("family", FAMILIES)
def test_there_is_no_blue_green_deployment_controller(staging: Built, family: str) -> None:
    service = staging.one("aws_ecs_service", name=f"{family}-svc")
    assert service.get("deployment_controller", {"type": "ECS"})["type"] == "ECS"
    assert service.get("deployment_configuration", {}).get("strategy", "ROLLING") == "ROLLING"
    assert not {type_ for type_ in staging.types if type_.startswith("aws_codedeploy")}
