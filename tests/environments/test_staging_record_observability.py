"""AEP-STAGING-ARCHITECTURE.md, sections 10 and 11: logging, observability, staging trade-offs."""

import pytest

from tests.support.synthesized import Built, ref

FAMILIES = ("aep-frontend-staging", "aep-backend-staging")


def types(built: Built) -> set[str]:
    return {block.type for block in built.resources}


@pytest.mark.record(section=10)
def test_each_service_has_a_log_group(staging: Built) -> None:
    names = sorted(group["name"] for group in staging.all("aws_cloudwatch_log_group"))
    assert names == ["/ecs/aep-backend-staging", "/ecs/aep-frontend-staging"]


@pytest.mark.record(section=10)
@pytest.mark.parametrize("family", FAMILIES)
def test_tasks_stream_logs_through_the_awslogs_driver(staging: Built, family: str) -> None:
    group = staging.one("aws_cloudwatch_log_group", name=f"/ecs/{family}")
    (container,) = staging.containers(family).values()
    logging = container["logConfiguration"]
    assert logging["logDriver"] == "awslogs"
    assert logging["options"]["awslogs-group"] == ref(group, "name")
    assert logging["options"]["awslogs-region"] == "us-east-1"


@pytest.mark.record(section=10)
def test_access_logs_are_off(staging: Built) -> None:
    load_balancer = staging.one("aws_lb", name="aep-staging-alb")
    for kind in ("access_logs", "connection_logs"):
        # Explicitly off: without the block, the provider does not turn them off in AWS (aws#12010).
        assert load_balancer[kind] == {"bucket": "", "enabled": False}
    assert not {type_ for type_ in types(staging) if type_.startswith("aws_s3_")}


@pytest.mark.record(section=10)
def test_there_is_no_dashboard(staging: Built) -> None:
    assert "aws_cloudwatch_dashboard" not in types(staging)


@pytest.mark.record(section=10)
def test_container_insights_are_off(staging: Built) -> None:
    (setting,) = staging.one("aws_ecs_cluster", name="aep-staging")["setting"]
    assert setting == {"name": "containerInsights", "value": "disabled"}


@pytest.mark.record(section=10)
def test_there_are_no_alarms(staging: Built) -> None:
    assert not {t for t in types(staging) if "alarm" in t or t.startswith("aws_sns_")}
    assert "aws_cloudwatch_log_metric_filter" not in types(staging)


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
    assert not {type_ for type_ in types(staging) if type_.startswith("aws_waf")}


@pytest.mark.record(section=11)
def test_there_is_no_autoscaling(staging: Built) -> None:
    assert not {type_ for type_ in types(staging) if type_.startswith("aws_appautoscaling")}


@pytest.mark.record(section=11)
@pytest.mark.parametrize("family", FAMILIES)
def test_there_is_no_blue_green_deployment_controller(staging: Built, family: str) -> None:
    service = staging.one("aws_ecs_service", name=f"{family}-svc")
    assert service.get("deployment_controller", {"type": "ECS"})["type"] == "ECS"
    assert service.get("deployment_configuration", {}).get("strategy", "ROLLING") == "ROLLING"
    assert not {type_ for type_ in types(staging) if type_.startswith("aws_codedeploy")}
