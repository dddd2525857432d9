"""Live arguments of ECS clusters and services that the settings do not decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["undecided_arguments"]

Live = Mapping[str, Any]
Block = Mapping[str, Any]


def undecided_arguments(
    live: Mapping[str, Live], document: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the live values that must be in the first plan of an import.

    A plan would remove these values or fail because of them, although the settings do not describe
    them.

    Args:
        live: The descriptions of existing resources by AWS, by address.
        document: The document without import blocks.

    Returns:
        The live values to preserve, by address and argument.
    """
    found: dict[str, dict[str, Any]] = {}
    for address, description in live.items():
        type_, _, name = address.partition(".")
        block = document.get("resource", {}).get(type_, {}).get(name)
        if type_ in READERS and block is not None:
            arguments = READERS[type_](description, block)
            if arguments:
                found[address] = arguments
    return found


def _of_service(live: Live, block: Block) -> dict[str, Any]:
    """Return the capacity provider strategy, if the document does not have it.

    A service has a strategy or a launch type. The console gives each service a strategy, while the
    settings describe the launch type FARGATE unless they have `Service.capacity`. Since version
    6.15, the provider rejects a plan that changes the strategy (hashicorp/terraform-provider-aws
    #43533).
    """
    strategy = [
        {
            "capacity_provider": item["capacityProvider"],
            "base": item.get("base", 0),
            "weight": item.get("weight", 0),
        }
        for item in live.get("capacityProviderStrategy") or ()
    ]
    if not strategy or block.get("capacity_provider_strategy") == strategy:
        return {}
    return {"capacity_provider_strategy": strategy, "launch_type": None}


def _of_cluster(live: Live, block: Block) -> dict[str, Any]:
    """Return the Service Connect namespace and the logging of ECS Exec, if the document has none.

    The console sets both. The provider never sends the removal of the namespace, so each plan would
    contain it (hashicorp/terraform-provider-aws #45396), and AWS returns the default logging again.
    """
    found: dict[str, Any] = {}
    namespace = (live.get("serviceConnectDefaults") or {}).get("namespace")
    if namespace and "service_connect_defaults" not in block:
        found["service_connect_defaults"] = [{"namespace": namespace}]
    exec_settings = (live.get("configuration") or {}).get("executeCommandConfiguration") or {}
    if exec_settings.get("logging") == "DEFAULT" and "configuration" not in block:
        found["configuration"] = [{"execute_command_configuration": [{"logging": "DEFAULT"}]}]
    return found


READERS: Mapping[str, Callable[[Live, Block], dict[str, Any]]] = {
    "aws_ecs_cluster": _of_cluster,
    "aws_ecs_service": _of_service,
}
"""The function that returns the undecided arguments of a resource, by Terraform type."""
