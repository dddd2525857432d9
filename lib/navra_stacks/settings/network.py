"""Where an environment runs: the account's default VPC, another that exists, or one of its own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated, Literal

from navra_stacks.errors import Problem
from navra_stacks.settings.base import Settings, one_of, rule
from navra_stacks.settings.observability import RetentionDays
from navra_stacks.settings.scalars import AvailabilityZone, Cidr, SubnetId, VpcId

__all__ = ["DefaultVpc", "ExistingVpc", "Network", "PrivateVpc"]

MINIMUM_ZONES = 2
"""An Application Load Balancer wants subnets in two Availability Zones (FSBP ELB.13)."""


def _zone_problems(zones: tuple[str, ...]) -> Iterator[Problem]:
    if len(zones) < MINIMUM_ZONES:
        yield Problem(
            "availability_zones",
            f"{len(zones)} Availability Zone(s) given, a load balancer needs {MINIMUM_ZONES}",
            "name another zone of the Region",
        )
    for zone in sorted({zone for zone in zones if zones.count(zone) > 1}):
        yield Problem("availability_zones", f"{zone!r} is given twice", "name each zone once")


class DefaultVpc(Settings):
    """The default VPC of the account, with its default public subnet in each named zone.

    Tasks get a public IP, without which they could not pull an image here.
    """

    availability_zones: tuple[AvailabilityZone, ...]
    """The zones whose default subnets are used; two or more."""

    vpc_id: VpcId | None = None
    """Its id, so that no other VPC is ever taken; where absent, whichever VPC is the default."""

    @property
    def public_ip(self) -> bool:
        """Whether tasks get a public IP."""
        return True

    @rule
    def _zones(self) -> Iterator[Problem]:
        yield from _zone_problems(self.availability_zones)


class ExistingVpc(Settings):
    """A VPC that somebody else manages."""

    vpc_id: VpcId
    """The VPC."""

    public_subnet_ids: tuple[SubnetId, ...]
    """The subnets of the load balancer, in two Availability Zones or more."""

    private_subnet_ids: tuple[SubnetId, ...] = ()
    """The subnets of the tasks, with a way out to the internet or to interface endpoints. Where
    there are none, tasks run in the public subnets with a public IP."""

    @property
    def public_ip(self) -> bool:
        """Whether tasks get a public IP."""
        return not self.private_subnet_ids

    @rule
    def _subnets(self) -> Iterator[Problem]:
        if len(self.public_subnet_ids) < MINIMUM_ZONES:
            yield Problem(
                "public_subnet_ids",
                f"{len(self.public_subnet_ids)} subnet(s) given, a load balancer needs "
                f"{MINIMUM_ZONES}, each in its own Availability Zone",
                "name another public subnet",
            )
        named = (*self.public_subnet_ids, *self.private_subnet_ids)
        for subnet in sorted({subnet for subnet in named if named.count(subnet) > 1}):
            yield Problem("public_subnet_ids", f"{subnet!r} is given twice", "name it once")


class PrivateVpc(Settings):
    """A VPC of the environment's own: public subnets for the load balancer, private ones for tasks.

    Each zone gets one subnet of each kind, cut from `cidr`; isolated subnets, without any route
    out, are for the database and the cache.
    """

    cidr: Cidr
    """The VPC's network, /16 to /21, from which the subnets of three kinds are cut."""

    availability_zones: tuple[AvailabilityZone, ...]
    """The zones; two or more."""

    nat: Literal["per_az", "single", "regional", "none"] = "per_az"
    """How private subnets reach the internet: a NAT gateway in each zone (survives the loss of
    one), a single one, one regional gateway, or none, with interface endpoints instead."""

    interface_endpoints: bool = False
    """Whether AWS's own services are reached through interface endpoints; implied without NAT."""

    flow_logs: bool = True
    """Whether accepted and rejected traffic is logged to CloudWatch."""

    flow_log_retention_days: RetentionDays = 90
    """How long flow logs are kept, in days, as CloudWatch offers it."""

    @property
    def public_ip(self) -> bool:
        """Whether tasks get a public IP."""
        return False

    @rule
    def _zones(self) -> Iterator[Problem]:
        yield from _zone_problems(self.availability_zones)

    @rule
    def _size(self) -> Iterator[Problem]:
        prefix = ipaddress.IPv4Network(self.cidr).prefixlen
        if not 16 <= prefix <= 21:
            yield Problem(
                "cidr",
                f"{self.cidr!r} cannot hold the subnets (/16 to /21)",
                "give a /16, or a smaller network down to /21",
            )


Network = Annotated[
    DefaultVpc | ExistingVpc | PrivateVpc, one_of(DefaultVpc, ExistingVpc, PrivateVpc)
]
