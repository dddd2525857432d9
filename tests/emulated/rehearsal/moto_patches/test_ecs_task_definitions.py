"""The order of task definitions, and which of them can be used."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client, create_service, describe_service
from tests.support.service_deployments import SERVICE, register


def register_family(client: Client, family: str, count: int) -> None:
    container = {"name": "web", "image": "web:1", "memory": 128}
    for _ in range(count):
        client("ecs").register_task_definition(family=family, containerDefinitions=[container])


def found(client: Client, **arguments: Any) -> list[str]:
    response = client("ecs").list_task_definitions(**arguments)
    return [arn.rpartition("/")[2] for arn in response["taskDefinitionArns"]]


def test_task_definitions_are_sorted_by_family_and_number(
    patched: Client, unpatched: Client
) -> None:
    for client in (patched, unpatched):
        register_family(client, "web", 11)
        register_family(client, "api", 2)
    expected = ["api:1", "api:2", *(f"web:{number}" for number in range(1, 12))]
    assert found(patched) == expected
    assert found(patched, sort="DESC") == expected[::-1]
    assert found(unpatched, sort="DESC") != expected[::-1]


def test_the_family_prefix_is_the_name_of_one_family(patched: Client) -> None:
    register_family(patched, "web", 2)
    register_family(patched, "web-migrate", 1)
    assert found(patched, familyPrefix="web", sort="DESC") == ["web:2", "web:1"]
    assert found(patched, familyPrefix="we") == []


def test_task_definitions_are_listed_in_pages(patched: Client, unpatched: Client) -> None:
    for client in (patched, unpatched):
        register_family(client, "web", 3)
    first = patched("ecs").list_task_definitions(maxResults=2)
    assert len(first["taskDefinitionArns"]) == 2
    assert found(patched, nextToken=first["nextToken"]) == ["web:3"]
    assert "nextToken" not in unpatched("ecs").list_task_definitions(maxResults=2)


def test_only_task_definitions_with_the_status_are_listed(patched: Client) -> None:
    register_family(patched, "web", 2)
    patched("ecs").deregister_task_definition(taskDefinition="web:2")
    assert found(patched) == ["web:1"]
    assert found(patched, status="INACTIVE") == ["web:2"]


def test_a_service_cannot_be_updated_to_an_inactive_task_definition(
    patched: Client, unpatched: Client
) -> None:
    for client in (patched, unpatched):
        create_service(client)
        client("ecs").deregister_task_definition(taskDefinition=register(client))
    with pytest.raises(ClientError, match="TaskDefinition is inactive") as refused:
        patched("ecs").update_service(**SERVICE, taskDefinition="web:2")
    assert refused.value.response["Error"]["Code"] == "ClientException"
    assert describe_service(patched)["taskDefinition"].endswith("/web:1")
    unpatched("ecs").update_service(**SERVICE, taskDefinition="web:2")


def test_no_service_is_created_from_an_inactive_task_definition(patched: Client) -> None:
    create_service(patched)
    patched("ecs").deregister_task_definition(taskDefinition="web:1")
    with pytest.raises(ClientError, match="TaskDefinition is inactive"):
        patched("ecs").create_service(cluster="shop", serviceName="api", taskDefinition="web:1")


def test_a_family_means_its_latest_active_revision(patched: Client, unpatched: Client) -> None:
    for client in (patched, unpatched):
        create_service(client)
        register(client)
        client("ecs").deregister_task_definition(taskDefinition=register(client))
        client("ecs").update_service(**SERVICE, taskDefinition="web")
    assert describe_service(patched)["taskDefinition"].endswith(":task-definition/web:2")
    assert describe_service(unpatched)["taskDefinition"] == "web"
