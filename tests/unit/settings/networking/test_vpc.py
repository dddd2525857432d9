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
        "availability_zones: 1 Availability Zone(s) given, a load balancer needs 2; add another "
        "zone of the Region",
    ),
    case(
        "no zones",
        lambda: DefaultVpc(availability_zones=()),
        "availability_zones: 0 Availability Zone(s) given, a load balancer needs 2; add another "
        "zone of the Region",
    ),
    case(
        "a duplicate zone",
        lambda: DefaultVpc(availability_zones=(*ZONES, ZONES[0])),
        "availability_zones: 'eu-west-1a' is listed twice; list each zone once",
    ),
    case(
        "a Region instead of a zone",
        lambda: DefaultVpc(availability_zones=("eu-west-1", "eu-west-1b")),
        "availability_zones.0: 'eu-west-1' is not an Availability Zone; for example 'us-east-1a'",
    ),
    case(
        "an invalid VPC id",
        lambda: DefaultVpc(availability_zones=ZONES, vpc_id="vpc-default"),
        "vpc_id: 'vpc-default' is not the id of a VPC; for example 'vpc-0a1b2c3d'",
    ),
    case(
        "one subnet",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS[:1]),
        "public_subnet_ids: 1 subnet(s) given, a load balancer needs 2, each in its own "
        "Availability Zone; add another public subnet",
    ),
    case(
        "a duplicate subnet",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=(*SUBNETS, SUBNETS[0])),
        "public_subnet_ids: 'subnet-0a1b2c3d' is listed twice; list it once",
    ),
    case(
        "a public subnet among the private ones",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS, private_subnet_ids=SUBNETS[1:]),
        "public_subnet_ids: 'subnet-0a1b2c3e' is listed twice; list it once",
    ),
    case(
        "an invalid subnet id",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=(*SUBNETS, "subnet-XYZ")),
        "public_subnet_ids.2: 'subnet-XYZ' is not the id of a subnet; for example "
        "'subnet-0a1b2c3d'",
    ),
    case(
        "an invalid network",
        lambda: private(cidr="10.0.0"),
        "cidr: '10.0.0' is not an IPv4 network; for example '10.20.0.0/16'",
    ),
    case(
        "IPv6",
        lambda: private(cidr="fd00::/48"),
        "cidr: 'fd00::/48' is not an IPv4 network; for example '10.20.0.0/16'",
    ),
    case(
        "a network without a prefix",
        lambda: private(cidr="10.20.0.0"),
        "cidr: '10.20.0.0' has no prefix; for example '10.20.0.0/16'",
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
        "cidr: '10.20.0.0/22' cannot hold the subnets (/16 to /21); use a /16, or a smaller "
        "network down to /21",
    ),
    case(
        "a network larger than a VPC",
        lambda: private(cidr="10.0.0.0/8"),
        "cidr: '10.0.0.0/8' cannot hold the subnets (/16 to /21); use a /16, or a smaller network "
        "down to /21",
    ),
    case(
        "an unknown NAT mode",
        lambda: private(nat="one"),
        "nat: 'one' is not one of 'per_az', 'single', 'regional' or 'none'; did you mean 'none'?",
    ),
    case(
        "an invalid retention of flow logs",
        lambda: private(flow_log_retention_days=100),
        f"flow_log_retention_days: 100 days is not a retention that CloudWatch offers "
        f"({RETENTIONS}); the nearest is 90",
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
