"""Where an environment may run."""

import pytest

from navra_stacks import DefaultVpc, ExistingVpc, PrivateVpc
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import RETENTIONS, Build, case, complaints, told_by
from tests.support.shop import shop

ZONES = ("eu-west-1a", "eu-west-1b")
VPC = "vpc-0652a6de1c9efdc2f"
SUBNETS = ("subnet-0a1b2c3d", "subnet-0a1b2c3e")


def private(**changes: object) -> PrivateVpc:
    settings: dict[str, object] = {"cidr": "10.20.0.0/16", "availability_zones": ZONES}
    return PrivateVpc(**(settings | changes))  # type: ignore[arg-type]


NETWORKS = [
    case(
        "one zone",
        lambda: DefaultVpc(availability_zones=ZONES[:1]),
        "availability_zones: 1 Availability Zone(s) given, a load balancer needs 2; name another "
        "zone of the Region",
    ),
    case(
        "no zone",
        lambda: DefaultVpc(availability_zones=()),
        "availability_zones: 0 Availability Zone(s) given, a load balancer needs 2; name another "
        "zone of the Region",
    ),
    case(
        "a zone twice",
        lambda: DefaultVpc(availability_zones=(*ZONES, ZONES[0])),
        "availability_zones: 'eu-west-1a' is given twice; name each zone once",
    ),
    case(
        "a Region for a zone",
        lambda: DefaultVpc(availability_zones=("eu-west-1", "eu-west-1b")),
        "availability_zones.0: 'eu-west-1' is not an Availability Zone; as in 'us-east-1a'",
    ),
    case(
        "no id of a VPC",
        lambda: DefaultVpc(availability_zones=ZONES, vpc_id="vpc-default"),
        "vpc_id: 'vpc-default' is not the id of a VPC; as in 'vpc-0a1b2c3d'",
    ),
    case(
        "one subnet",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS[:1]),
        "public_subnet_ids: 1 subnet(s) given, a load balancer needs 2, each in its own "
        "Availability Zone; name another public subnet",
    ),
    case(
        "a subnet twice",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=(*SUBNETS, SUBNETS[0])),
        "public_subnet_ids: 'subnet-0a1b2c3d' is given twice; name it once",
    ),
    case(
        "a public subnet among the private ones",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS, private_subnet_ids=SUBNETS[1:]),
        "public_subnet_ids: 'subnet-0a1b2c3e' is given twice; name it once",
    ),
    case(
        "no id of a subnet",
        lambda: ExistingVpc(vpc_id=VPC, public_subnet_ids=(*SUBNETS, "subnet-XYZ")),
        "public_subnet_ids.2: 'subnet-XYZ' is not the id of a subnet; as in 'subnet-0a1b2c3d'",
    ),
    case(
        "no network",
        lambda: private(cidr="10.0.0"),
        "cidr: '10.0.0' is not an IPv4 network; write it as in '10.20.0.0/16'",
    ),
    case(
        "IPv6",
        lambda: private(cidr="fd00::/48"),
        "cidr: 'fd00::/48' is not an IPv4 network; write it as in '10.20.0.0/16'",
    ),
    case(
        "an address",
        lambda: private(cidr="10.20.0.0"),
        "cidr: '10.20.0.0' has no prefix; write it as in '10.20.0.0/16'",
    ),
    case(
        "host bits",
        lambda: private(cidr="10.20.0.1/16"),
        "cidr: '10.20.0.1/16' has host bits set; did you mean '10.20.0.0/16'?",
    ),
    case(
        "a netmask",
        lambda: private(cidr="10.20.0.0/255.255.0.0"),
        "cidr: '10.20.0.0/255.255.0.0' is not a network's usual form; did you mean '10.20.0.0/16'?",
    ),
    case(
        "a network too small for its subnets",
        lambda: private(cidr="10.20.0.0/22"),
        "cidr: '10.20.0.0/22' cannot hold the subnets (/16 to /21); give a /16, or a smaller "
        "network down to /21",
    ),
    case(
        "a network larger than a VPC",
        lambda: private(cidr="10.0.0.0/8"),
        "cidr: '10.0.0.0/8' cannot hold the subnets (/16 to /21); give a /16, or a smaller "
        "network down to /21",
    ),
    case(
        "an unknown way out",
        lambda: private(nat="one"),
        "nat: 'one' is not one of 'per_az', 'single', 'regional' or 'none'; did you mean 'none'?",
    ),
    case(
        "a retention of flow logs that is not offered",
        lambda: private(flow_log_retention_days=100),
        f"flow_log_retention_days: 100 days is not a retention that CloudWatch offers "
        f"({RETENTIONS}); the nearest is 90",
    ),
]


@pytest.mark.parametrize(("build", "lines"), NETWORKS)
def test_a_network_that_cannot_be_is_refused(build: Build, lines: list[str]) -> None:
    part = build()
    assert isinstance(part, Settings)
    assert told_by(part) == lines


def test_an_environment_may_have_a_vpc_of_its_own() -> None:
    assert complaints(lambda: shop(network=private())) == []


def test_what_is_no_network_is_told_what_a_network_is() -> None:
    assert complaints(lambda: shop(network="default")) == [
        "network: 'default' is not DefaultVpc or ExistingVpc or PrivateVpc"
    ]


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "172.16.8.0/21"])
def test_the_largest_and_the_smallest_network_are_taken(cidr: str) -> None:
    assert private(cidr=cidr).problems() == ()


def test_tasks_have_a_public_ip_where_there_is_no_other_way_out() -> None:
    existing = ExistingVpc(vpc_id=VPC, public_subnet_ids=SUBNETS)
    behind = existing.replace(private_subnet_ids=("subnet-0a1b2c3f",))
    default = DefaultVpc(availability_zones=ZONES)
    assert [n.public_ip for n in (default, existing, behind, private())] == [
        True,
        True,
        False,
        False,
    ]
