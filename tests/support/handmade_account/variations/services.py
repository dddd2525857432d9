"""Variations of ECS services."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.console import ACCOUNT, REGION
from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS"]

NAMESPACE = f"arn:aws:servicediscovery:{REGION}:{ACCOUNT}:namespace/ns-abcdefgh"


def _service(name: str, refused: str = "", **arguments: Any) -> Variation:
    return Variation(
        name, Kind.SERVICES, arguments={"arguments": {"CreateService": arguments}}, refused=refused
    )


def tags_of_the_console(environment: HandmadeEnvironment) -> None:
    """Add the tags of the console to the two services, although they have no stack."""
    for service in ("frontend", "backend"):
        environment.console("ecs").tag_resource(
            resourceArn=environment.arns[f"service {service}"],
            tags=[{"key": "ecs:service:stackId", "value": "arn:aws:cloudformation:gone"}],
        )


VARIATIONS = (
    _service(
        "FARGATE and FARGATE_SPOT",
        launchType=None,
        capacityProviderStrategy=[
            {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 3},
        ],
    ),
    _service(
        "no circuit breaker",
        deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 100},
    ),
    _service("no tasks", desiredCount=0),
    _service("platform version 1.4.0", platformVersion="1.4.0"),
    _service(
        "deployments of 50 to 150 percent",
        deploymentConfiguration={
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "maximumPercent": 150,
            "minimumHealthyPercent": 50,
        },
    ),
    _service("ECS Exec", enableExecuteCommand=True),
    _service("no zone rebalancing", availabilityZoneRebalancing="DISABLED"),
    _service(
        "Service Connect",
        serviceConnectConfiguration={"enabled": True, "namespace": NAMESPACE, "services": []},
    ),
    _service("managed tags", enableECSManagedTags=True, propagateTags="TASK_DEFINITION"),
    _service("no managed tags", enableECSManagedTags=False, propagateTags="NONE"),
    Variation("tags of the console", Kind.SERVICES, tags_of_the_console),
    _service(
        "the controller CODE_DEPLOY",
        refused="CODE_DEPLOY",
        deploymentController={"type": "CODE_DEPLOY"},
        deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 100},
    ),
)
