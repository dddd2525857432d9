"""What ECS still describes and is on its way out is told, and not taken for what it was."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.account.aws_reader import Account
from tests.support.account_lookup import Find
from tests.support.handmade_account.console import Console

SERVICE = "aws_ecs_service.web"
TASK = "aws_ecs_task_definition.web"


def test_a_revision_that_was_deregistered_must_be_put_right_first(
    console: Console, find: Find
) -> None:
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
    assert find(blocks).faults == {
        TASK: "web:1 was deregistered, so it cannot be imported, nor can a service that runs it be "
        "given it again; deploy a revision that is active first"
    }


@pytest.mark.parametrize(
    ("live", "fault"),
    [
        ({"status": "DRAINING"}, "web is being deleted; wait until its tasks have stopped"),
        ({"status": "INACTIVE"}, None),
    ],
)
def test_a_service_that_is_being_deleted_is_not_made_a_second_time(
    monkeypatch: pytest.MonkeyPatch, find: Find, live: dict[str, Any], fault: str | None
) -> None:
    service = {"serviceName": "web", "serviceArn": "arn:web"} | live
    monkeypatch.setattr(Account, "look", lambda *_, **__: {"services": [service]})
    found = find({SERVICE: {"cluster": "shop", "name": "web"}})
    assert found.ids == {}
    assert found.faults.get(SERVICE) == fault


def test_a_service_with_a_controller_of_its_own_has_no_task_definition(
    monkeypatch: pytest.MonkeyPatch, find: Find
) -> None:
    service = {"serviceName": "web", "serviceArn": "arn:web", "status": "ACTIVE"}
    monkeypatch.setattr(Account, "look", lambda *_, **__: {"services": [service]})
    assert find({SERVICE: {"cluster": "shop", "name": "web"}}).ids == {SERVICE: "shop/web"}
