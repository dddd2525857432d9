"""Clients of an emulated AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass


Client = Callable[[str], Any]
"""A client of boto3's, by service."""


def created(client: Client, **arguments: Any) -> dict[str, Any]:
    """A service of two tasks."""
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}]
    )
    ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=2, **arguments
    )
    return described(client)


def described(client: Client) -> dict[str, Any]:
    (service,) = client("ecs").describe_services(cluster="shop", services=["web"])["services"]
    return dict(service)
