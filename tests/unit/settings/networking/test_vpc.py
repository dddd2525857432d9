"""Validation of the network types."""

import pytest

from navra_stacks import DefaultVpc, ExistingVpc, PrivateVpc
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import RETENTIONS, Build, case, problems_of, reported_problems
from tests.support.shop import shop

ZONES = ("eu-west-1a", "eu-west-1b")
VPC = "vpc-0652a6de1c9efdc2f"
SUBNETS = ("subnet-0a1b2c3d", "subnet-0a1b2c3e")


def private(**changes: object) -> PrivateVpc:
    settings: dict[str, object] = {"cidr": "10.20.0.0/16", "availability_zones": ZONES}
    return PrivateVpc(**(settings | changes))  # type: ignore[arg-type]


INVALID_NETWORKS = [
    case(
        "one zone",
        lambda: DefaultVpc(availability_zones=ZONES[:1]),
        "availability_zones: contains 1 Availability Zone(s), but a load balancer needs 2; list "
        "at least 2 zones of the Region",
    ),
    case(
        "no zones",
        lambda: DefaultVpc(availability_zones=()),
        "availability_zones: contains 0 Availability Zone(s), but a load balancer needs 2; list "
        "at least 2 zones of the Region",
    ),
    case(
        "a duplicate zone",
        lambda: DefaultVpc(availability_zones=(*ZONES, ZONES[0])),
        "availability_zones: 'eu-west-1a' is listed more than once; list each zone once",
    ),
    case(
        "a Region instead of a zone",
        lambda: DefaultVpc(availability_zones=("eu-west-1", "eu-west-1b")),
        "availability_zones.0: 'eu-west-1' is not a valid name of an Availability Zone; use a "
        "name such as 'us-east-1a'",
    ),
    case(
        "an invalid VPC id",
        lambda: DefaultVpc(availability_zones=ZONES, vpc_id="vpc-default"),
        "vpc_id: 'vpc-default' is not a valid id of a VPC; use an id such as 'vpc-0a1b2c3d'",
    ),
    case(
        "one subnet",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS[:1]),
        "public_subnet_ids: contains 1 subnet(s), but a load balancer needs 2, each in a "
        "different Availability Zone; list at least 2 public subnets",
    ),
    case(
        "a duplicate subnet",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=(*SUBNETS, SUBNETS[0])),
        "public_subnet_ids: 'subnet-0a1b2c3d' is listed more than once in public_subnet_ids and "
        "private_subnet_ids; list each subnet once",
    ),
    case(
        "a public subnet among the private ones",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS, private_subnet_ids=SUBNETS[1:]),
        "public_subnet_ids: 'subnet-0a1b2c3e' is listed more than once in public_subnet_ids and "
        "private_subnet_ids; list each subnet once",
    ),
    case(
        "an invalid subnet id",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=(*SUBNETS, "subnet-XYZ")),
        "public_subnet_ids.2: 'subnet-XYZ' is not a valid id of a subnet; use an id such as "
        "'subnet-0a1b2c3d'",
    ),
    case(
        "an invalid network",
        lambda: private(cidr="10.0.0"),
        "cidr: '10.0.0' is not a valid IPv4 network; use CIDR notation, for example '10.20.0.0/16'",
    ),
    case(
        "IPv6",
        lambda: private(cidr="fd00::/48"),
        "cidr: 'fd00::/48' is not a valid IPv4 network; use CIDR notation, for example "
        "'10.20.0.0/16'",
    ),
    case(
        "a network without a prefix",
        lambda: private(cidr="10.20.0.0"),
        "cidr: '10.20.0.0' has no prefix length; add the prefix length, for example '10.20.0.0/16'",
    ),
    case(
        "host bits",
        lambda: private(cidr="10.20.0.1/16"),
        "cidr: '10.20.0.1/16' has host bits set; did you mean '10.20.0.0/16'?",
    ),
    case(
        "a netmask",
        lambda: private(cidr="10.20.0.0/255.255.0.0"),
        "cidr: '10.20.0.0/255.255.0.0' is not in canonical form; did you mean '10.20.0.0/16'?",
    ),
    case(
        "a network too small for its subnets",
        lambda: private(cidr="10.20.0.0/22"),
        "cidr: '10.20.0.0/22' is not between /16 and /21: a VPC is at most a /16, and the "
        "subnets do not fit in less than a /21; use a prefix length of 16-21",
    ),
    case(
        "a network larger than a VPC",
        lambda: private(cidr="10.0.0.0/8"),
        "cidr: '10.0.0.0/8' is not between /16 and /21: a VPC is at most a /16, and the subnets "
        "do not fit in less than a /21; use a prefix length of 16-21",
    ),
    case(
        "an unknown NAT mode",
        lambda: private(nat="one"),
        "nat: 'one' is not one of 'per_az', 'single', 'regional' or 'none'; did you mean 'none'?",
    ),
    case(
        "an invalid retention of flow logs",
        lambda: private(flow_log_retention_days=100),
        "flow_log_retention_days: 100 days is not a retention that CloudWatch Logs offers "
        f"({RETENTIONS}); use 90, the nearest offered value",
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_NETWORKS)
def test_rejects_invalid_networks(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines


def test_accepts_a_private_vpc() -> None:
    assert reported_problems(lambda: shop(network=private())) == []


def test_reports_the_network_types_for_a_value_of_another_type() -> None:
    assert reported_problems(lambda: shop(network="default")) == [
        "network: 'default' is not DefaultVpc or ExistingVpc or PrivateVpc"
    ]


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "172.16.8.0/21"])
def test_accepts_the_largest_and_the_smallest_network(cidr: str) -> None:
    assert private(cidr=cidr).problems() == ()


def test_tasks_get_a_public_ip_in_public_subnets_only() -> None:
    existing = ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS)
    with_private = existing.replace(private_subnet_ids=("subnet-0a1b2c3f",))
    default = DefaultVpc(availability_zones=ZONES)
    assert [n.public_ip for n in (default, existing, with_private, private())] == [
        True,
        True,
        False,
        False,
    ]
