"""The rules of an environment over its network."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import region_of
from navra_stacks.settings.networking.vpc import DefaultVpc, PrivateVpc

__all__ = ["RULES"]


def zones_lie_in_the_region(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A zone is one of the environment's Region."""
    if isinstance(environment.network, DefaultVpc | PrivateVpc):
        for zone in environment.network.availability_zones:
            if region_of(zone) != environment.region:
                yield SettingsProblem(
                    "network.availability_zones",
                    f"{zone!r} is not a zone of {environment.region}",
                    f"did you mean '{environment.region}{zone[-1]}'?",
                )


def stays_in_its_vpc(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """What exists cannot move to another VPC, unless that is meant."""
    if environment.existing_ids is None:
        return
    network, recorded = environment.network, environment.existing_ids.vpc_id
    vpc = None if isinstance(network, PrivateVpc) else network.vpc_id
    stays = vpc is not None and vpc == recorded
    if environment.existing_ids.leaves_vpc:
        if stays:
            yield SettingsProblem(
                "existing_ids.leaves_vpc",
                f"is True, but the network is the recorded VPC {recorded!r}",
                "leave it out, so that a later mistake is refused",
            )
        return
    if isinstance(network, PrivateVpc):
        wrong = "PrivateVpc makes a VPC of its own, and what is recorded is in "
        wrong += "another" if recorded is None else repr(recorded)
    elif recorded is None or stays:
        return
    elif vpc is None:
        wrong = f"names no VPC, so that it may be another than the recorded {recorded!r}"
    else:
        wrong = f"{vpc!r} is another VPC than the recorded {recorded!r}"
    keep = f"stay in {recorded!r}" if recorded is not None else "stay in the VPC that exists"
    yield SettingsProblem(
        "network",
        f"{wrong}: the load balancer, the target groups and the security groups would be "
        "replaced, and the host be down meanwhile",
        f"{keep}, or set `existing_ids.leaves_vpc=True` if that is meant",
    )


RULES = (
    zones_lie_in_the_region,
    stays_in_its_vpc,
)
