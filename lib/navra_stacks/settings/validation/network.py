"""Validation rules for the network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import PRIVATE_RANGES, region_of
from navra_stacks.settings.networking.vpc import DefaultVpc, PrivateVpc

__all__ = ["RULES"]


def check_zones(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the Availability Zones are in the environment's Region."""
    if isinstance(environment.network, DefaultVpc | PrivateVpc):
        for zone in environment.network.availability_zones:
            if region_of(zone) != environment.region:
                yield SettingsProblem(
                    "network.availability_zones",
                    f"{zone!r} is not a zone of {environment.region}",
                    f"did you mean '{environment.region}{zone[-1]}'?",
                )


def check_vpc_change(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that an environment with `existing_ids` stays in its VPC unless `leaves_vpc` is set.

    If the environment stays in its VPC, `leaves_vpc` must not be set.
    """
    if environment.existing_ids is None:
        return
    network, recorded = environment.network, environment.existing_ids.vpc_id
    vpc = None if isinstance(network, PrivateVpc) else network.vpc_id
    same_vpc = vpc is not None and vpc == recorded
    if environment.existing_ids.leaves_vpc:
        if same_vpc:
            yield SettingsProblem(
                "existing_ids.leaves_vpc",
                f"is True, but `network` is still in existing_ids.vpc_id {recorded!r}",
                "remove leaves_vpc, so that a later move by mistake is rejected",
            )
        return
    if isinstance(network, PrivateVpc):
        message = "PrivateVpc creates a new VPC, but the existing resources are in "
        message += "another VPC" if recorded is None else repr(recorded)
    elif recorded is None or same_vpc:
        return
    elif vpc is None:
        message = f"has no vpc_id, so the VPC may differ from existing_ids.vpc_id {recorded!r}"
    else:
        message = f"{vpc!r} is not existing_ids.vpc_id {recorded!r}"
    repair = f"use the VPC {recorded!r}" if recorded is not None else "use the existing VPC"
    yield SettingsProblem(
        "network",
        f"{message} (a move replaces the load balancer, the target groups and the security "
        "groups, with downtime)",
        f"{repair}, or set existing_ids.leaves_vpc=True to move the environment",
    )


def check_egress(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that tasks can reach the destinations in `Service.egress`: without NAT, no public one.

    `Service.egress` without `Hardening.restricted_egress` is accepted, because environments with
    and without it can share a service.
    """
    network = environment.network
    if not isinstance(network, PrivateVpc) or network.has_nat:
        return
    for service in environment.services:
        for egress in service.egress:
            if not _is_private(egress.cidr):
                yield SettingsProblem(
                    f"services.{service.name}.egress",
                    f"port {egress.port} of {egress.cidr} is a public destination, which tasks "
                    "cannot reach with network.nat 'none'",
                    "remove it, or set network.nat to another value",
                )


def _is_private(cidr: str) -> bool:
    network = ipaddress.IPv4Network(cidr)
    return any(network.subnet_of(private) for private in PRIVATE_RANGES)


RULES = (
    check_egress,
    check_zones,
    check_vpc_change,
)
