"""Variations of the ECS cluster."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations.services import NAMESPACE
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["CONNECTED", "VARIATIONS", "other_service"]

CONNECTED: dict[str, Any] = {
    "arguments": {
        "CreateCluster": {
            "serviceConnectDefaults": {"namespace": NAMESPACE},
            "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
        }
    }
}
"""A namespace for Service Connect, and the default logging of ECS Exec."""


def container_insights(environment: HandmadeEnvironment) -> None:
    """Enable Container Insights."""
    environment.console("ecs").update_cluster(
        cluster="aep-staging", settings=[{"name": "containerInsights", "value": "enabled"}]
    )


def other_service(environment: HandmadeEnvironment) -> None:
    """Create a service that the environment does not manage, without tasks."""
    environment.console("ecs").create_service(
        cluster="aep-staging",
        serviceName="aep-worker-staging-svc",
        taskDefinition=environment.arns["task backend"],
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": environment.subnets,
                "securityGroups": [environment.arns["sg backend"]],
            }
        },
    )


def capacity_providers(environment: HandmadeEnvironment) -> None:
    """Give the cluster capacity providers and a default strategy."""
    environment.console("ecs").put_cluster_capacity_providers(
        cluster="aep-staging",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[
            {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}
        ],
    )


VARIATIONS = (
    Variation("namespace and logging of ECS Exec", Kind.CLUSTER, arguments=CONNECTED),
    Variation("Container Insights", Kind.CLUSTER, container_insights),
    Variation("another service", Kind.CLUSTER, other_service),
    Variation("capacity providers", Kind.CLUSTER, capacity_providers),
)
