"""Helpers that use boto3 clients of an emulated AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]
"""Returns the boto3 client of a service."""


def create_service(client: Client, **arguments: Any) -> dict[str, Any]:
    """Create an ECS service with two tasks and describe it."""
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}]
    )
    ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=2, **arguments
    )
    return describe_service(client)


def describe_service(client: Client) -> dict[str, Any]:
    (service,) = client("ecs").describe_services(cluster="shop", services=["web"])["services"]
    return dict(service)
