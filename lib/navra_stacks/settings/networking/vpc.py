"""The VPC of an environment: the account's default VPC, an existing VPC, or a new one."""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.best_fitting import best_fitting
from navra_stacks.settings.model.field_types import (
    PRIVATE_RANGES,
    AvailabilityZone,
    Cidr,
    SubnetId,
    VpcId,
)
from navra_stacks.settings.observability.logs import RetentionDays

__all__ = ["DefaultVpc", "ExistingVpc", "Network", "PrivateVpc", "SubnetKind"]

MINIMUM_ZONES = 2
"""Minimum number of Availability Zones of an Application Load Balancer's subnets (FSBP ELB.13)."""

MAXIMUM_ZONES = 4
"""Maximum number of Availability Zones in a `PrivateVpc`. Each kind of subnet gets a quarter of
the network, and that quarter is divided into four subnets."""

SubnetKind = Literal["public", "private", "isolated"]
_QUARTERS: dict[SubnetKind, int] = {"public": 0, "private": 1, "isolated": 2}
"""The quarter of the network for each kind of subnet; the last quarter stays unused."""


def _zone_problems(zones: tuple[str, ...]) -> Iterator[SettingsProblem]:
    if len(zones) < MINIMUM_ZONES:
        yield SettingsProblem(
            "availability_zones",
            f"contains {len(zones)} Availability Zone(s), but a load balancer needs "
            f"{MINIMUM_ZONES}",
            f"list at least {MINIMUM_ZONES} zones of the Region",
        )
    for zone in sorted({zone for zone in zones if zones.count(zone) > 1}):
        yield SettingsProblem(
            "availability_zones", f"{zone!r} is listed more than once", "list each zone once"
        )


class DefaultVpc(Settings):
    """The default VPC of the account, with its default public subnets in certain zones.

    Tasks get a public IP address, because in public subnets they cannot pull images without one.
    """

    availability_zones: tuple[AvailabilityZone, ...]
    """The Availability Zones whose default subnets are used; two or more."""

    vpc_id: VpcId | None = None
    """The id that the default VPC must have, otherwise a plan fails; None to accept any id."""

    @property
    def public_ip(self) -> bool:
        """True if tasks get a public IP address."""
        return True

    @rule
    def _check_zones(self) -> Iterator[SettingsProblem]:
        yield from _zone_problems(self.availability_zones)

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DefaultVpcChanges]") -> Self: ...


class ExistingVpc(Settings):
    """An existing VPC that is managed elsewhere."""

    vpc_id: VpcId
    """The id of the VPC."""

    public_subnet_ids: tuple[SubnetId, ...]
    """The ids of the load balancer's subnets, in two or more Availability Zones."""

    private_subnet_ids: tuple[SubnetId, ...] = ()
    """The ids of the tasks' subnets, which need a route to the internet or interface endpoints.
    If empty, tasks run in the public subnets with a public IP address."""

    @property
    def public_ip(self) -> bool:
        """True if tasks get a public IP address."""
        return not self.private_subnet_ids

    @rule
    def _check_subnets(self) -> Iterator[SettingsProblem]:
        if len(self.public_subnet_ids) < MINIMUM_ZONES:
            yield SettingsProblem(
                "public_subnet_ids",
                f"contains {len(self.public_subnet_ids)} subnet(s), but a load balancer needs "
                f"{MINIMUM_ZONES}, each in a different Availability Zone",
                f"list at least {MINIMUM_ZONES} public subnets",
            )
        subnets = (*self.public_subnet_ids, *self.private_subnet_ids)
        for subnet in sorted({subnet for subnet in subnets if subnets.count(subnet) > 1}):
            yield SettingsProblem(
                "public_subnet_ids",
                f"{subnet!r} is listed more than once in public_subnet_ids and private_subnet_ids",
                "list each subnet once",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ExistingVpcChanges]") -> Self: ...


class PrivateVpc(Settings):
    """A new VPC with public subnets for load balancers, private for tasks, and isolated for data.

    Each Availability Zone gets one subnet of each kind, with a network from `cidr`. The isolated
    subnets, for the database and the cache, have no route out of the VPC. No subnet assigns public
    IP addresses, and the VPC's default security group allows no traffic.
    """

    cidr: Cidr
    """The VPC's network, /16 to /21, in a private range. Each kind of subnet gets a quarter of
    the network, and one quarter stays unused. The network of a subnet is a sixteenth of `cidr`:
    a /20 if `cidr` is a /16, and a /25 if `cidr` is a /21."""

    availability_zones: tuple[AvailabilityZone, ...]
    """The Availability Zones, two to four. The network of a subnet depends on the position of
    the zone in the list, so a change of the order or the removal of a zone recreates subnets.
    Add zones only at the end."""

    nat: Literal["per_az", "single", "regional", "none"] = "per_az"
    """The kind of NAT through which private subnets reach the internet. ``per_az`` creates a NAT
    gateway in each zone, so that NAT survives the loss of a zone. ``single``, the cheapest option,
    creates one NAT gateway in the first zone. ``regional`` creates one NAT gateway that AWS expands
    to the zones in use. The expansion to a zone takes up to an hour after the first task starts in
    the zone. ``none`` creates interface endpoints instead of a NAT gateway, so that tasks reach
    only AWS services. If tasks are running, turn `interface_endpoints` on in a separate apply
    before the change to ``none``."""

    interface_endpoints: bool = False
    """True to reach ECR, CloudWatch Logs and Secrets Manager through interface endpoints, which
    are billed per hour and zone. Without NAT, the endpoints are always created."""

    flow_logs: bool = True
    """True to log traffic of the VPC to CloudWatch Logs (FSBP EC2.6)."""

    flow_log_traffic: Literal["rejected", "all"] = "rejected"
    """Traffic that is logged: only rejected traffic, or accepted traffic too. CloudWatch Logs bills
    by volume, and almost all traffic is accepted. A change recreates the flow log; its log group
    stays."""

    flow_log_retention_days: RetentionDays = 365
    """Retention of the flow logs in days, one of the values that CloudWatch Logs offers. The
    default is a year, as required by Checkov CKV_AWS_338."""

    @property
    def public_ip(self) -> bool:
        """True if tasks get a public IP address."""
        return False

    @property
    def has_nat(self) -> bool:
        """True if private subnets reach the internet through NAT."""
        return self.nat != "none"

    @property
    def has_endpoints(self) -> bool:
        """True if interface endpoints are created, which is always the case without NAT."""
        return self.interface_endpoints or not self.has_nat

    def subnets(self, kind: SubnetKind) -> dict[str, str]:
        """Return the network of each subnet of one `kind`, by Availability Zone."""
        quarter = list(ipaddress.IPv4Network(self.cidr).subnets(prefixlen_diff=2))[_QUARTERS[kind]]
        networks = map(str, quarter.subnets(prefixlen_diff=2))
        return dict(zip(self.availability_zones, networks, strict=False))

    @rule
    def _check_zones(self) -> Iterator[SettingsProblem]:
        yield from _zone_problems(self.availability_zones)
        if len(self.availability_zones) > MAXIMUM_ZONES:
            yield SettingsProblem(
                "availability_zones",
                f"contains {len(self.availability_zones)} Availability Zones (at most "
                f"{MAXIMUM_ZONES})",
                f"list at most {MAXIMUM_ZONES} zones",
            )

    @rule
    def _check_size(self) -> Iterator[SettingsProblem]:
        # A VPC is at most a /16 (Amazon VPC, "VPC CIDR blocks"). The smallest subnet, a /25, has
        # room for the up to 100 addresses of a load balancer, and for the tasks of a deployment.
        prefix = ipaddress.IPv4Network(self.cidr).prefixlen
        if not 16 <= prefix <= 21:
            yield SettingsProblem(
                "cidr",
                f"{self.cidr!r} is not between /16 and /21: a VPC is at most a /16, and the "
                "subnets do not fit in less than a /21",
                "use a prefix length of 16-21",
            )

    @rule
    def _check_address_range(self) -> Iterator[SettingsProblem]:
        network = ipaddress.IPv4Network(self.cidr)
        if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
            yield SettingsProblem(
                "cidr",
                f"{self.cidr!r} contains public IP addresses, so tasks could not reach the "
                "internet hosts that have these addresses",
                f"use a network in a private range ({', '.join(map(str, PRIVATE_RANGES))}), for "
                "example '10.20.0.0/16'",
            )

    @rule
    def _check_flow_logs(self) -> Iterator[SettingsProblem]:
        if self.flow_logs:
            return
        for name in ("flow_log_traffic", "flow_log_retention_days"):
            if not self._is_default(name):
                yield SettingsProblem(
                    name,
                    "is set, but flow_logs is False",
                    f"remove {name}, or set flow_logs=True",
                )

    @rule
    def _check_endpoints(self) -> Iterator[SettingsProblem]:
        turned_off = "interface_endpoints" in self.model_fields_set and not self.interface_endpoints
        if turned_off and not self.has_nat:
            yield SettingsProblem(
                "interface_endpoints",
                "is False, but with `nat` 'none' tasks reach their images, logs and secrets only "
                "through endpoints",
                "remove interface_endpoints, or set `nat` to another value",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[PrivateVpcChanges]") -> Self: ...


Network = Annotated[
    DefaultVpc | ExistingVpc | PrivateVpc, best_fitting(DefaultVpc, ExistingVpc, PrivateVpc)
]

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DefaultVpcChanges(TypedDict, total=False):
        availability_zones: tuple[AvailabilityZone, ...]
        vpc_id: VpcId | None

    class ExistingVpcChanges(TypedDict, total=False):
        vpc_id: VpcId
        public_subnet_ids: tuple[SubnetId, ...]
        private_subnet_ids: tuple[SubnetId, ...]

    class PrivateVpcChanges(TypedDict, total=False):
        cidr: Cidr
        availability_zones: tuple[AvailabilityZone, ...]
        nat: Literal["per_az", "single", "regional", "none"]
        interface_endpoints: bool
        flow_logs: bool
        flow_log_traffic: Literal["rejected", "all"]
        flow_log_retention_days: RetentionDays
