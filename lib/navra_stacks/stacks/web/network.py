"""The network of an environment: found, or built with its flow logs and endpoints."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.networking.existing_vpc import ExistingNetwork, Network
from navra_stacks.constructs.networking.flow_logs import FlowLogs
from navra_stacks.constructs.networking.private_vpc import PrivateNetwork
from navra_stacks.constructs.networking.vpc_endpoints import InterfaceEndpoints
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.networking.vpc import PrivateVpc
from navra_stacks.stacks.web.connectivity import Access

__all__ = ["interface_endpoints", "network_of"]


def network_of(
    scope: Construct, environment: Environment, *, location: Location, kms_key_arn: str | None
) -> Network:
    """The VPC that exists, or one of the environment's own."""
    settings = environment.network
    if not isinstance(settings, PrivateVpc):
        return ExistingNetwork(scope, "network", settings=settings)
    network = PrivateNetwork(
        scope, "network", settings=settings, names=environment.names, region=environment.region
    )
    if settings.flow_logs:
        FlowLogs(
            scope,
            "flow_logs",
            names=environment.names,
            location=location,
            vpc_id=network.vpc_id,
            retention_days=settings.flow_log_retention_days,
            kms_key_arn=kms_key_arn,
        )
    return network


def interface_endpoints(
    scope: Construct, environment: Environment, *, network: Network, access: Access
) -> list[ITerraformDependable]:
    """The endpoints, where there are any, with the rules that lead to them."""
    group = access.groups.get("endpoints")
    if group is None:
        return []
    endpoints = InterfaceEndpoints(
        scope,
        "endpoints",
        names=environment.names,
        region=environment.region,
        vpc_id=network.vpc_id,
        subnet_ids=network.task_subnet_ids,
        security_group_id=str(group.security_group_id),
        exec_sessions=environment.hardening.audited_exec,
    )
    return [*endpoints.all, *access.to_endpoints]
