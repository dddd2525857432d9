"""Where an environment runs: the account's default VPC, another that exists, or one of its own."""

import ipaddress
from collections.abc import Iterator
from typing import Annotated, Literal

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, one_of, rule
from navra_stacks.settings.model.field_types import AvailabilityZone, Cidr, SubnetId, VpcId
from navra_stacks.settings.observability.logs import RetentionDays

__all__ = ["DefaultVpc", "ExistingVpc", "Network", "PrivateVpc", "SubnetKind"]

MINIMUM_ZONES = 2
"""An Application Load Balancer wants subnets in two Availability Zones (FSBP ELB.13)."""

MAXIMUM_ZONES = 4
"""Zones that a VPC of one's own has room for: each kind of subnet owns a quarter of the network,
cut in four."""

SubnetKind = Literal["public", "private", "isolated"]
_QUARTERS: dict[SubnetKind, int] = {"public": 0, "private": 1, "isolated": 2}
"""The quarter of the network that each kind of subnet owns; the last one is kept free for what
comes later."""

_PRIVATE_RANGES = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
"""Ranges that no host of the internet has (RFC 1918, RFC 6598); a VPC takes them."""


def _zone_problems(zones: tuple[str, ...]) -> Iterator[SettingsProblem]:
    if len(zones) < MINIMUM_ZONES:
        yield SettingsProblem(
            "availability_zones",
            f"{len(zones)} Availability Zone(s) given, a load balancer needs {MINIMUM_ZONES}",
            "name another zone of the Region",
        )
    for zone in sorted({zone for zone in zones if zones.count(zone) > 1}):
        yield SettingsProblem(
            "availability_zones", f"{zone!r} is given twice", "name each zone once"
        )


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
    def _zones(self) -> Iterator[SettingsProblem]:
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
    def _subnets(self) -> Iterator[SettingsProblem]:
        if len(self.public_subnet_ids) < MINIMUM_ZONES:
            yield SettingsProblem(
                "public_subnet_ids",
                f"{len(self.public_subnet_ids)} subnet(s) given, a load balancer needs "
                f"{MINIMUM_ZONES}, each in its own Availability Zone",
                "name another public subnet",
            )
        named = (*self.public_subnet_ids, *self.private_subnet_ids)
        for subnet in sorted({subnet for subnet in named if named.count(subnet) > 1}):
            yield SettingsProblem("public_subnet_ids", f"{subnet!r} is given twice", "name it once")


class PrivateVpc(Settings):
    """A VPC of the environment's own: public subnets for the load balancer, private ones for tasks.

    Each zone gets one subnet of each kind, cut from `cidr`; isolated subnets, without any route
    out, are for the database and the cache. No subnet hands out public IPs, and the VPC's default
    security group lets nothing through.
    """

    cidr: Cidr
    """The VPC's network, /16 to /21, of a private range. A quarter of it is for each kind of
    subnet and one stays free; each subnet is a sixteenth: /20 of a /16, /25 of a /21."""

    availability_zones: tuple[AvailabilityZone, ...]
    """The zones, two to four. A subnet's network follows from its zone's place in this list: add a
    zone at the end, and nothing moves; another order or a zone left out makes subnets anew."""

    nat: Literal["per_az", "single", "regional", "none"] = "per_az"
    """How private subnets reach the internet: a NAT gateway in each zone (survives the loss of
    one), a single one in the first zone (cheapest), one regional gateway that AWS spreads over the
    zones in use (up to an hour after the first task there), or none, with interface endpoints
    instead: tasks then reach AWS and nothing else. Where tasks run already, turn
    `interface_endpoints` on in an apply of its own before going to none."""

    interface_endpoints: bool = False
    """Whether ECR, CloudWatch Logs and Secrets Manager are reached through interface endpoints,
    which cost by the hour and zone; implied without NAT."""

    flow_logs: bool = True
    """Whether accepted and rejected traffic is logged to CloudWatch."""

    flow_log_retention_days: RetentionDays = 365
    """How long flow logs are kept, in days, as CloudWatch offers it; a year by default, as
    auditors ask (Checkov CKV_AWS_338)."""

    @property
    def public_ip(self) -> bool:
        """Whether tasks get a public IP."""
        return False

    @property
    def has_nat(self) -> bool:
        """Whether private subnets reach the internet."""
        return self.nat != "none"

    @property
    def has_endpoints(self) -> bool:
        """Whether interface endpoints are built: a task without either could not be started."""
        return self.interface_endpoints or not self.has_nat

    def subnets(self, kind: SubnetKind) -> dict[str, str]:
        """The network of each zone's subnet of that kind, by zone."""
        quarter = list(ipaddress.IPv4Network(self.cidr).subnets(prefixlen_diff=2))[_QUARTERS[kind]]
        networks = map(str, quarter.subnets(prefixlen_diff=2))
        return dict(zip(self.availability_zones, networks, strict=False))

    @rule
    def _zones(self) -> Iterator[SettingsProblem]:
        yield from _zone_problems(self.availability_zones)
        if len(self.availability_zones) > MAXIMUM_ZONES:
            yield SettingsProblem(
                "availability_zones",
                f"{len(self.availability_zones)} Availability Zones given, the network is cut for "
                f"{MAXIMUM_ZONES} at most",
                "leave some out",
            )

    @rule
    def _size(self) -> Iterator[SettingsProblem]:
        # A VPC is a /16 at most (Amazon VPC, "VPC CIDR blocks"). The smallest subnet, a /25, holds
        # the 100 addresses that a load balancer may come to use, and a deployment's tasks.
        prefix = ipaddress.IPv4Network(self.cidr).prefixlen
        if not 16 <= prefix <= 21:
            yield SettingsProblem(
                "cidr",
                f"{self.cidr!r} cannot hold the subnets (/16 to /21)",
                "give a /16, or a smaller network down to /21",
            )

    @rule
    def _is_private(self) -> Iterator[SettingsProblem]:
        network = ipaddress.IPv4Network(self.cidr)
        if not any(network.subnet_of(private) for private in _PRIVATE_RANGES):
            yield SettingsProblem(
                "cidr",
                f"{self.cidr!r} has addresses of the internet, which tasks could then not reach "
                f"(private are {', '.join(map(str, _PRIVATE_RANGES))})",
                "give a network within one of these, as in '10.20.0.0/16'",
            )

    @rule
    def _tasks_can_start(self) -> Iterator[SettingsProblem]:
        refused = "interface_endpoints" in self.model_fields_set and not self.interface_endpoints
        if refused and not self.has_nat:
            yield SettingsProblem(
                "interface_endpoints",
                "False leaves tasks no way to their images, logs and secrets, since `nat` is "
                "'none'",
                "leave it out, or choose a NAT",
            )


Network = Annotated[
    DefaultVpc | ExistingVpc | PrivateVpc, one_of(DefaultVpc, ExistingVpc, PrivateVpc)
]
