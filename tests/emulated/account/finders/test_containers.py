"""ECS resources that are deleted or deregistered but still returned by the API."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from tests.support.account_lookup import Find
from tests.support.handmade_account.console import Console

SERVICE = "aws_ecs_service.web"
TASK = "aws_ecs_task_definition.web"


def test_a_deregistered_revision_is_a_problem(console: Console, find: Find) -> None:
    ecs = console("ecs")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "team/web:1", "memory": 128}
    for _ in range(2):
        ecs.register_task_definition(family="web", containerDefinitions=[container])
    ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=1)
    blocks = {
        SERVICE: {"cluster": "shop", "name": "web", "task_definition": f"${{{TASK}.arn}}"},
        TASK: {"family": "web"},
    }
    assert find(blocks).ids[TASK].endswith("task-definition/web:1")
    ecs.deregister_task_definition(taskDefinition="web:1")
    assert find(blocks).unusable == {
        TASK: "web:1 is deregistered, so it can be neither imported nor deployed; "
        "deploy an active revision, then try again"
    }


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        ({"status": "DRAINING"}, "web is being deleted; wait until its tasks have stopped"),
        ({"status": "INACTIVE"}, None),
    ],
)
def test_a_service_that_is_being_deleted_is_a_problem_or_missing(
    monkeypatch: pytest.MonkeyPatch, find: Find, live: dict[str, Any], reason: str | None
) -> None:
    service = {"serviceName": "web", "serviceArn": "arn:web"} | live
    monkeypatch.setattr(AwsAccount, "find", lambda *_, **__: {"services": [service]})
    found = find({SERVICE: {"cluster": "shop", "name": "web"}})
    assert found.ids == {}
    assert found.unusable.get(SERVICE) == reason


def test_a_service_with_an_external_deployment_controller_is_found(
    monkeypatch: pytest.MonkeyPatch, find: Find
) -> None:
    service = {"serviceName": "web", "serviceArn": "arn:web", "status": "ACTIVE"}
    monkeypatch.setattr(AwsAccount, "find", lambda *_, **__: {"services": [service]})
    assert find({SERVICE: {"cluster": "shop", "name": "web"}}).ids == {SERVICE: "shop/web"}
