"""An ECS service: its owner, its arguments and its dependencies."""

from typing import Any

import pytest

from navra_stacks import Container, Deployment, HealthCheck, RegistryImage, Route, Routing, Service
from navra_stacks.terraform.document import Block
from tests.support.shop import shop, web, web_container
from tests.support.synthesized import Build, Built, difference

SERVICE = "aws_ecs_service.web_service"
TASK_DEFINITION = "aws_ecs_task_definition.web_task_definition"


def worker(**changes: Any) -> Service:
    image = RegistryImage(repository="public.ecr.aws/shop/worker", tag="1")
    settings: dict[str, Any] = {"container": Container(image=image), "cpu": 256, "memory": 512}
    return Service(name="worker", **(settings | changes))


def service(built: Built, name: str = "web") -> Block:
    return built.one("aws_ecs_service", name=f"shop-{name}-qa-svc")


# Ownership of the revision


def test_a_service_that_terraform_deploys_waits_for_the_steady_state(build: Build) -> None:
    built = service(build(shop(web(deployed_by="terraform"))))
    assert built["wait_for_steady_state"] is True
    assert "ignore_changes" not in built["lifecycle"]


def test_apply_fails_after_a_rollback_by_ecs(build: Build) -> None:
    built = build(shop(web(deployed_by="terraform")))
    (postcondition,) = service(built)["lifecycle"]["postcondition"]
    assert postcondition["condition"] == f"${{self.task_definition == {TASK_DEFINITION}.arn}}"
    assert postcondition["error_message"].startswith("ECS rolled back the deployment of web: ")
    assert TASK_DEFINITION in built.addresses


def test_terraform_ignores_the_revision_of_a_service_that_a_pipeline_deploys(build: Build) -> None:
    built = service(build(shop(web(deployed_by="pipeline"))))
    assert built["lifecycle"]["ignore_changes"] == ["task_definition"]
    assert "wait_for_steady_state" not in built.body


def test_deployed_by_changes_the_service_only(build: Build) -> None:
    before, after = build(shop(web())), build(shop(web(deployed_by="pipeline")))
    assert difference(before, after) == (set(), set(), {SERVICE})


# Arguments


@pytest.mark.parametrize(
    ("setting", "argument", "value"),
    [
        ({"desired_count": 3}, "desired_count", 3),
        ({"health_check_grace_seconds": 300}, "health_check_grace_period_seconds", 300),
        (
            {"deployment": Deployment.rolling(minimum_healthy_percent=50)},
            "deployment_minimum_healthy_percent",
            50,
        ),
        (
            {"deployment": Deployment.rolling(maximum_percent=150)},
            "deployment_maximum_percent",
            150,
        ),
    ],
)
def test_a_services_setting_changes_its_own_argument_only(
    build: Build, setting: dict[str, Any], argument: str, value: int
) -> None:
    before = build(shop(web(desired_count=2)))
    after = build(shop(web(**{"desired_count": 2, **setting})))
    assert difference(before, after) == (set(), set(), {SERVICE})
    assert after.bodies[SERVICE] == before.bodies[SERVICE] | {argument: value}


def test_zone_rebalancing_requires_a_maximum_percent_above_100(build: Build) -> None:
    tight = Deployment.rolling(minimum_healthy_percent=50, maximum_percent=100)
    built = build(shop(web(deployment=tight, desired_count=2)))
    assert service(built)["availability_zone_rebalancing"] == "DISABLED"
    assert service(build())["availability_zone_rebalancing"] == "ENABLED"


# Dependencies


def test_a_service_depends_on_its_own_listener_rules_only(build: Build) -> None:
    routing = Routing(
        default="web",
        routes=(
            Route(priority=1, paths=("/api/*",), service="api"),
            Route(priority=2, paths=("/up",), service="api", name="probe"),
        ),
    )
    front = web(health_check=HealthCheck(path="/"))
    built = build(shop(front, web(name="api", container=web_container(port=9)), routing=routing))
    rules = {"aws_lb_listener_rule.api_rule", "aws_lb_listener_rule.probe_rule"}
    assert rules <= set(service(built, "api")["depends_on"])
    assert not rules & set(service(built, "web")["depends_on"])
    for name in ("api", "web"):
        assert "aws_lb_listener.https_listener" in service(built, name)["depends_on"]


# A service without traffic


@pytest.fixture
def with_worker(build: Build) -> Built:
    return build(shop(web(), worker()))


def test_a_worker_adds_its_resources_and_changes_nothing_else(
    build: Build, with_worker: Built
) -> None:
    added, removed, changed = difference(build(), with_worker)
    assert (removed, changed) == (set(), set())
    assert added == {
        "aws_cloudwatch_log_group.worker_log_group",
        "aws_ecs_service.worker_service",
        "aws_ecs_task_definition.worker_task_definition",
        "aws_iam_role.worker_execution_role",
        "aws_iam_role.worker_task_role",
        "aws_iam_role_policy.worker_execution_policy",
        "aws_security_group.worker_security_group",
        "aws_vpc_security_group_egress_rule.worker_to_anywhere",
    }


def test_a_worker_has_no_load_balancer_block(with_worker: Built) -> None:
    unwanted = {"load_balancer", "health_check_grace_period_seconds"}
    assert not service(with_worker, "worker").body.keys() & unwanted


def test_a_worker_depends_on_its_policy_only(with_worker: Built) -> None:
    assert service(with_worker, "worker")["depends_on"] == [
        "aws_iam_role_policy.worker_execution_policy"
    ]


def test_a_port_without_a_route_has_no_ingress_rule(build: Build) -> None:
    image = RegistryImage(repository="public.ecr.aws/shop/worker", tag="1")
    metrics = worker(container=Container(image=image, port=9100))
    built = build(shop(web(), metrics))
    assert built.security_group_rules("ingress", "shop-qa-ecs-worker-sg") == []
    assert len(built.all("aws_lb_target_group")) == 1
