"""Live values that must replace values of the document in the first plan of an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount, OperationError

__all__ = ["live_overrides"]

Live = Mapping[str, Any]
Block = Mapping[str, Any]


def live_overrides(
    live: Mapping[str, Live], document: Mapping[str, Any], account: AwsAccount
) -> dict[str, dict[str, Any]]:
    """Return the live values that replace values of the document, by address and argument.

    A plan would fail because of the document's values, or the apply would deploy a service again or
    weaken a listener, although no setting describes the difference.

    Args:
        live: The descriptions of existing resources by AWS, by address.
        document: The document without import blocks.
        account: The account that contains the resources.
    """
    found: dict[str, dict[str, Any]] = {}
    for address, description in live.items():
        type_, _, name = address.partition(".")
        block = document.get("resource", {}).get(type_, {}).get(name)
        if type_ in READERS and block is not None:
            arguments = READERS[type_](description, block, account)
            if arguments:
                found[address] = arguments
    return found


def _of_service(live: Live, block: Block, _: AwsAccount) -> dict[str, Any]:
    """Return the platform version, and the capacity provider strategy if the document has another.

    Another platform version starts a deployment. A service has a strategy or a launch type: the
    console gives each service a strategy, while the settings describe the launch type FARGATE
    unless they have `Service.capacity`. Since version 6.15, the provider rejects a plan that
    changes the strategy (hashicorp/terraform-provider-aws #43533).
    """
    found: dict[str, Any] = {}
    version = live.get("platformVersion")
    if version and version != block.get("platform_version"):
        found["platform_version"] = version
    strategy = [
        {
            "capacity_provider": item["capacityProvider"],
            "base": item.get("base", 0),
            "weight": item.get("weight", 0),
        }
        for item in live.get("capacityProviderStrategy") or ()
    ]
    if strategy and block.get("capacity_provider_strategy") != strategy:
        found |= {"capacity_provider_strategy": strategy, "launch_type": None}
    return found


def _of_listener(live: Live, block: Block, account: AwsAccount) -> dict[str, Any]:
    """Return the TLS policy if it accepts only protocols and ciphers that the document's accepts.

    The console selects a stronger policy than the default of the settings (Elastic Load Balancing,
    "Security policies for your Application Load Balancer").
    """
    policy, planned = live.get("SslPolicy"), block.get("ssl_policy")
    if not policy or not planned or policy == planned:
        return {}
    try:
        described = account.call("elbv2", "describe_ssl_policies", Names=[policy, planned])
    except OperationError:
        return {}
    accepted = {
        one["Name"]: {*one["SslProtocols"], *(cipher["Name"] for cipher in one["Ciphers"])}
        for one in described["SslPolicies"]
    }
    if not accepted.get(policy) or not accepted[policy] <= accepted.get(planned, set()):
        return {}
    # The names of policies with a hybrid post-quantum key exchange or with FIPS modules contain
    # PQ or FIPS; their protocols and ciphers do not show it.
    lost = {"PQ", "FIPS"} & ({*planned.split("-")} - {*policy.split("-")})
    return {} if lost else {"ssl_policy": policy}


READERS: Mapping[str, Callable[[Live, Block, AwsAccount], dict[str, Any]]] = {
    "aws_ecs_service": _of_service,
    "aws_lb_listener": _of_listener,
}
"""The function that returns the overrides of a resource, by Terraform type."""
