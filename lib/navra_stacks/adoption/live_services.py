"""Arguments of existing ECS services that exclude arguments of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["live_strategies"]


def live_strategies(
    live: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the capacity provider strategies of existing services that the document does not have.

    A service has a strategy or a launch type. The console gives each service a strategy, while the
    settings describe the launch type FARGATE unless they have `Service.capacity`. Since version
    6.15, the provider rejects a plan that changes the strategy (hashicorp/terraform-provider-aws
    #43533), so the live strategy must be in the first plan.

    Args:
        live: The descriptions of existing resources by AWS, by address.
        document: The document without import blocks.

    Returns:
        The live values to preserve, by address and argument.
    """
    services = document.get("resource", {}).get("aws_ecs_service", {})
    found: dict[str, dict[str, Any]] = {}
    for address, description in live.items():
        type_, _, name = address.partition(".")
        strategy = description.get("capacityProviderStrategy")
        if type_ != "aws_ecs_service" or not strategy or name not in services:
            continue
        preserved = [
            {
                "capacity_provider": item["capacityProvider"],
                "base": item.get("base", 0),
                "weight": item.get("weight", 0),
            }
            for item in strategy
        ]
        if services[name].get("capacity_provider_strategy") != preserved:
            found[address] = {"capacity_provider_strategy": preserved, "launch_type": None}
    return found
