"""The file `deployment.json`: written by a synthesis, and read without the settings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from environments.prod import PROD
from environments.staging import STAGING
from navra_stacks import Autoscaling, Deployment, TestTraffic, synthesize
from navra_stacks.deploy.description import (
    FILE_NAME,
    DeploymentDescription,
    HealthNumbers,
    RequestHeader,
)
from navra_stacks.deploy.timing import most_batches, timeout_seconds
from navra_stacks.errors import NavraError
from navra_stacks.stacks.deployment_file import describe_deployment
from tests.support.shop import shop, web, web_container


def test_the_description_of_production_has_the_names_of_its_resources() -> None:
    described = describe_deployment(PROD)
    backend = described.service("backend")
    assert (described.stack, described.cluster, described.region) == (
        "aep-prod",
        "aep-prod",
        "us-east-1",
    )
    assert described.account is None  # the settings have none yet
    assert (backend.service, backend.family) == ("aep-backend-prod-svc", "aep-backend-prod")
    assert (backend.containers, backend.repository) == (("backend",), "aep-backend")
    assert (backend.strategy, backend.shift_minutes) == ("blue_green", 10)
    assert (backend.health, backend.health_path) == (HealthNumbers(15, 2), "/health/live")
    (migrate,) = backend.one_off_tasks
    assert (migrate.family, migrate.container) == ("aep-backend-prod-migrate", "backend")


def test_services_are_in_the_order_of_the_settings() -> None:
    assert [service.name for service in describe_deployment(STAGING).services] == [
        "frontend",
        "backend",
    ]


def test_a_synthesis_writes_the_description_beside_the_document(tmp_path: Path) -> None:
    (written,) = synthesize([shop()], tmp_path)
    path = written.path.with_name(FILE_NAME)
    assert DeploymentDescription.read(path) == describe_deployment(shop())
    before = path.read_bytes()
    synthesize([shop()], tmp_path)
    assert path.read_bytes() == before


def test_a_service_without_traffic_has_no_health_check() -> None:
    worker = web(name="worker", container=web_container(port=None), health_check=None)
    described = describe_deployment(shop(web(), worker)).service("worker")
    assert (described.health, described.health_path) == (None, None)
    assert described.deregistration_seconds == 0


def test_a_tag_in_the_settings_is_not_replaced_by_a_deployment() -> None:
    # The image of the shop's container has a tag.
    assert describe_deployment(shop()).service("web").containers == ()


def test_the_timeout_contains_the_start_the_end_and_the_traffic_shift() -> None:
    service = describe_deployment(shop(web(deployed_by="pipeline"))).service("web")
    # 5 minutes for the image, 60 s grace, 2 checks in 15 s, 30 s draining, 60 s stopping; twice.
    assert timeout_seconds(service) == 2 * (300 + 60 + 30 + 30 + 60)
    linear = web(deployed_by="pipeline", deployment=Deployment.linear(percent=50, minutes=7))
    shifting = describe_deployment(shop(linear)).service("web")
    assert timeout_seconds(shifting) == timeout_seconds(service) + 60 * shifting.shift_minutes


@pytest.mark.parametrize(
    ("tasks", "minimum", "maximum", "batches"),
    [
        (0, 100, 200, 1),
        (1, 0, 100, 1),
        (4, 100, 200, 1),
        (10, 50, 100, 3),  # with 3 tasks: at least 2 must run, and at most 3
        (10, 100, 110, 10),
        (20, 100, 125, 7),  # with 7 tasks: at most 8 may run
    ],
)
def test_a_rolling_deployment_takes_as_many_batches_as_its_limits_require(
    tasks: int, minimum: int, maximum: int, batches: int
) -> None:
    assert most_batches(tasks, minimum_percent=minimum, maximum_percent=maximum) == batches


def test_the_timeout_contains_each_batch_of_tasks_with_the_most_tasks() -> None:
    slow = Deployment.rolling(minimum_healthy_percent=50, maximum_percent=100)
    service = web(
        deployed_by="pipeline",
        deployment=slow,
        desired_count=2,
        autoscaling=Autoscaling(min_capacity=2, max_capacity=8, cpu_percent=60),
    )
    described = describe_deployment(shop(service)).service("web")
    assert described.batches == 3
    assert timeout_seconds(described) == 3 * timeout_seconds(replace(described, batches=1))
    # A shift starts all tasks at once.
    shifting = service.replace(deployment=Deployment.blue_green())
    assert describe_deployment(shop(shifting)).service("web").batches == 1


def with_test_traffic() -> DeploymentDescription:
    test = TestTraffic(header="X-Preview", value="yes", priority=1)
    deployment = Deployment.blue_green(test_traffic=test)
    return describe_deployment(shop(web(deployed_by="pipeline", deployment=deployment)))


def test_the_header_of_test_traffic_is_described() -> None:
    described = with_test_traffic()
    assert described.service("web").test_header == RequestHeader("X-Preview", "yes")


def test_a_written_description_is_read_with_all_values(tmp_path: Path) -> None:
    described = with_test_traffic()
    path = tmp_path / FILE_NAME
    path.write_text(described.to_json(), encoding="utf-8")
    assert DeploymentDescription.read(path) == described


# Files that cannot be used


def content(**changes: Any) -> dict[str, Any]:
    return json.loads(describe_deployment(shop()).to_json()) | changes


def without(name: str) -> dict[str, Any]:
    found = content()
    del found["services"][0][name]
    return found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "does not have the format 1"),
        (json.dumps(content(format=2)), "does not have the format 1"),
        (json.dumps(content(unknown=1)), "is incomplete or has unknown fields"),
        (json.dumps(without("family")), "is incomplete or has unknown fields"),
    ],
)
def test_another_file_is_refused_with_the_repair(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NavraError, match=f"{message}.*; write it with `navra synth`"):
        DeploymentDescription.read(path)


def test_a_missing_file_is_refused_with_the_repair(tmp_path: Path) -> None:
    with pytest.raises(NavraError, match="does not exist; write it with `navra synth`"):
        DeploymentDescription.read(tmp_path / FILE_NAME)


def test_an_unknown_service_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NavraError, match="has no service 'xyz'; its services are web"):
        describe_deployment(shop()).service("xyz")
