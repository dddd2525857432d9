"""Helpers that deploy the service of :mod:`tests.support.emulator_clients`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.support.emulator_clients import Client, describe_service

SERVICE = {"cluster": "shop", "service": "web"}


def register(client: Client, image: str = "web:2", **settings: Any) -> str:
    """Register another revision of the service's task definition and return its ARN."""
    container = {"name": "web", "image": image, "memory": 128, **settings}
    registered = client("ecs").register_task_definition(
        family="web", containerDefinitions=[container]
    )
    return str(registered["taskDefinition"]["taskDefinitionArn"])


def deploy(client: Client, **changes: Any) -> str:
    """Update the service, by default to another revision, and return the deployment's ARN."""
    changes = changes or {"taskDefinition": register(client)}
    client("ecs").update_service(**SERVICE, **changes)
    return listed(client)[0]["serviceDeploymentArn"]


def listed(client: Client, **filters: Any) -> list[dict[str, Any]]:
    """List the deployments of the service, which does not advance any."""
    response = client("ecs").list_service_deployments(**SERVICE, **filters)
    return list(response["serviceDeployments"])


def poll(client: Client, deployment: str) -> dict[str, Any]:
    """Describe a deployment, which advances it by one step."""
    described = client("ecs").describe_service_deployments(serviceDeploymentArns=[deployment])
    (found,) = described["serviceDeployments"]
    return dict(found)


def polls(client: Client, deployment: str, most: int = 40) -> Iterator[dict[str, Any]]:
    """Describe a deployment until it has finished, and at most `most` times."""
    for _ in range(most):
        found = poll(client, deployment)
        yield found
        if "finishedAt" in found:
            return


def statuses(client: Client, deployment: str, most: int = 40) -> list[str]:
    """Describe a deployment until it has finished, and return its different statuses."""
    found: list[str] = []
    for one in polls(client, deployment, most):
        if found[-1:] != [one["status"]]:
            found.append(one["status"])
    return found


def settled(client: Client, deployment: str) -> dict[str, Any]:
    """Describe a deployment until it has finished, and return the last description."""
    return list(polls(client, deployment))[-1]


def revision(client: Client, arn: str) -> dict[str, Any]:
    """Describe a service revision."""
    described = client("ecs").describe_service_revisions(serviceRevisionArns=[arn])
    (found,) = described["serviceRevisions"]
    return dict(found)


def shown(client: Client) -> list[tuple[str, str, int, str]]:
    """Return what DescribeServices shows of each deployment, which advances the latest."""
    return [
        (
            one["status"],
            one["taskDefinition"].rpartition("/")[2],
            one["runningCount"],
            one["rolloutState"],
        )
        for one in describe_service(client)["deployments"]
    ]
