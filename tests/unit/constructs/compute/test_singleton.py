"""A service of which two tasks never run at the same time."""

from __future__ import annotations

from navra_stacks import Autoscaling, Hardening
from tests.support.shop import shop, web, web_container
from tests.support.synthesized import Build


def test_a_deployment_stops_the_old_task_before_it_starts_the_new_one(build: Build) -> None:
    beat = web(name="beat", singleton=True, health_check=None, container=web_container(port=None))
    service = build(shop(web(), beat)).one("aws_ecs_service", name="shop-beat-qa-svc")
    assert service["deployment_minimum_healthy_percent"] == 0
    assert service["deployment_maximum_percent"] == 100
    assert service["availability_zone_rebalancing"] == "DISABLED"
    assert service["desired_count"] == 1


def test_the_hardening_does_not_scale_it(build: Build) -> None:
    beat = web(name="beat", singleton=True, health_check=None, container=web_container(port=None))
    hardening = Hardening.relaxed(autoscaling=Autoscaling(min_capacity=2))
    built = build(shop(web(), beat, hardening=hardening))
    (target,) = built.all("aws_appautoscaling_target")
    assert "aws_ecs_service.web_service" in target["resource_id"]
    service = built.one("aws_ecs_service", name="shop-beat-qa-svc")
    assert service["desired_count"] == 1
    assert "desired_count" not in service.body.get("lifecycle", {}).get("ignore_changes", ())
