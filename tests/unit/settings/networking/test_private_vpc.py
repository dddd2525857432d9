"""What a VPC of one's own refuses, and when a recorded environment may leave its VPC."""

from __future__ import annotations

import ipaddress

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Container,
    DefaultVpc,
    EcrImage,
    ExistingIds,
    ExistingVpc,
    PrivateVpc,
    RegistryImage,
    SettingsError,
)

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d")
RECORDED = "vpc-0652a6de1c9efdc2f"


def private_vpc(**settings):
    given = {"cidr": "10.20.0.0/16", "availability_zones": ZONES[:2]}
    return PrivateVpc(**(given | settings))


def problems(part):
    return [str(problem) for problem in part.problems()]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"cidr": "10.20.0.0/22"},
            "cidr: '10.20.0.0/22' cannot hold the subnets (/16 to /21); give a /16, or a smaller "
            "network down to /21",
        ),
        (
            {"cidr": "10.0.0.0/8"},
            "cidr: '10.0.0.0/8' cannot hold the subnets (/16 to /21); give a /16, or a smaller "
            "network down to /21",
        ),
        (
            {"cidr": "52.20.0.0/16"},
            "cidr: '52.20.0.0/16' has addresses of the internet, which tasks could then not reach "
            "(private are 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10); give a "
            "network within one of these, as in '10.20.0.0/16'",
        ),
        (
            {"cidr": "10.20.0.1/16"},
            "cidr: '10.20.0.1/16' has host bits set; did you mean '10.20.0.0/16'?",
        ),
        (
            {"availability_zones": (*ZONES, "us-east-1e")},
            "availability_zones: 5 Availability Zones given, the network is cut for 4 at most; "
            "leave some out",
        ),
        (
            {"availability_zones": ("us-east-1a",)},
            "availability_zones: 1 Availability Zone(s) given, a load balancer needs 2; name "
            "another zone of the Region",
        ),
        (
            {"availability_zones": ("us-east-1a", "us-east-1b", "us-east-1a")},
            "availability_zones: 'us-east-1a' is given twice; name each zone once",
        ),
        (
            {"nat": "none", "interface_endpoints": False},
            "interface_endpoints: False leaves tasks no way to their images, logs and secrets, "
            "since `nat` is 'none'; leave it out, or choose a NAT",
        ),
        (
            {"nat": "one"},
            "nat: 'one' is not one of 'per_az', 'single', 'regional' or 'none'; did you mean "
            "'none'?",
        ),
    ],
)
def test_a_vpc_that_could_not_work_is_refused(settings, message):
    assert problems(private_vpc(**settings)) == [message]


def test_a_retention_that_cloudwatch_does_not_offer_is_refused():
    (problem,) = problems(private_vpc(flow_log_retention_days=100))
    assert problem.startswith("flow_log_retention_days: 100 days is not a retention that ")
    assert problem.endswith("the nearest is 90")


def test_endpoints_are_implied_without_nat_and_chosen_with_it():
    assert private_vpc(nat="none").has_endpoints
    assert private_vpc(nat="none", interface_endpoints=True).has_endpoints
    assert private_vpc(interface_endpoints=True).has_endpoints
    assert not private_vpc().has_endpoints


@pytest.mark.parametrize("prefix", range(16, 22))
def test_subnets_of_every_size_lie_apart_with_each_kind_in_its_own_quarter(prefix):
    vpc = private_vpc(cidr=f"10.20.0.0/{prefix}", availability_zones=ZONES)
    quarters = list(ipaddress.ip_network(vpc.cidr).subnets(prefixlen_diff=2))
    for kind, quarter in zip(("public", "private", "isolated"), quarters, strict=False):
        networks = [ipaddress.ip_network(cidr) for cidr in vpc.subnets(kind).values()]
        assert list(vpc.subnets(kind)) == list(ZONES)
        assert networks == list(quarter.subnets(prefixlen_diff=2))
        assert {network.prefixlen for network in networks} == {prefix + 4}


def test_a_zone_added_at_the_end_moves_no_subnet():
    for kind in ("public", "private", "isolated"):
        two, four = (
            private_vpc(availability_zones=zones).subnets(kind) for zones in (ZONES[:2], ZONES)
        )
        assert two.items() <= four.items()


def refused(**changes):
    with pytest.raises(SettingsError) as error:
        STAGING.replace(**changes)
    return [str(problem) for problem in error.value.problems]


CONSEQUENCE = (
    ": the load balancer, the target groups and the security groups would be replaced, and the "
    "host be down meanwhile; "
)
ELSEWHERE = DefaultVpc(availability_zones=ZONES[:2], vpc_id="vpc-0a1b2c3d")


@pytest.mark.parametrize(
    ("network", "wrong"),
    [
        (
            private_vpc(),
            f"PrivateVpc makes a VPC of its own, and what is recorded is in {RECORDED!r}",
        ),
        (ELSEWHERE, f"'vpc-0a1b2c3d' is another VPC than the recorded {RECORDED!r}"),
        (
            ExistingVpc(
                vpc_id="vpc-0a1b2c3d", public_subnet_ids=("subnet-0a1b2c3d", "subnet-1a1b2c3d")
            ),
            f"'vpc-0a1b2c3d' is another VPC than the recorded {RECORDED!r}",
        ),
        (
            DefaultVpc(availability_zones=ZONES[:2]),
            f"names no VPC, so that it may be another than the recorded {RECORDED!r}",
        ),
    ],
    ids=["private", "another default", "existing", "unnamed default"],
)
def test_a_recorded_environment_stays_in_its_vpc_unless_told_otherwise(network, wrong):
    assert refused(network=network) == [
        f"network: {wrong}{CONSEQUENCE}stay in {RECORDED!r}, or set `existing_ids.leaves_vpc=True` "
        "if that is meant"
    ]
    STAGING.replace(network=network, existing_ids=STAGING.existing_ids.replace(leaves_vpc=True))
    STAGING.replace(network=network, existing_ids=None)


def test_a_record_without_a_vpc_still_keeps_its_environment_out_of_a_new_one():
    recorded = ExistingIds(load_balancer_security_group="sg-08200836125a8f3af")
    assert refused(network=private_vpc(), existing_ids=recorded) == [
        "network: PrivateVpc makes a VPC of its own, and what is recorded is in another"
        f"{CONSEQUENCE}stay in the VPC that exists, or set `existing_ids.leaves_vpc=True` if that "
        "is meant"
    ]
    STAGING.replace(network=ELSEWHERE, existing_ids=recorded)


def test_the_recorded_vpc_may_be_named_by_another_kind_of_network():
    STAGING.replace(
        network=ExistingVpc(
            vpc_id=RECORDED, public_subnet_ids=("subnet-0a1b2c3d", "subnet-1a1b2c3d")
        )
    )


def test_leave_to_move_is_refused_where_nothing_moves():
    assert refused(existing_ids=STAGING.existing_ids.replace(leaves_vpc=True)) == [
        f"existing_ids.leaves_vpc: is True, but the network is the recorded VPC {RECORDED!r}; "
        "leave it out, so that a later mistake is refused"
    ]


@pytest.mark.parametrize(
    "image",
    [
        RegistryImage(repository="public.ecr.aws/nginx/nginx", tag="1.29"),
        EcrImage(repository="public.ecr.aws/nginx/nginx", tag="1.29", region="eu-west-1"),
    ],
    ids=["another registry", "another Region"],
)
def test_an_image_that_endpoints_do_not_lead_to_is_refused_without_nat(image):
    frontend = STAGING.service("frontend").replace(container=Container(image=image, port=80))
    changes = {"services": (frontend, STAGING.service("backend")), "existing_ids": None}
    assert refused(network=private_vpc(nat="none"), **changes) == [
        "services.frontend.frontend.image: 'public.ecr.aws/nginx/nginx' is outside the Region's "
        "own ECR, which is all that tasks reach without NAT; copy the image there, or choose a "
        "NAT in `network.nat`"
    ]
    STAGING.replace(network=private_vpc(), **changes)


def test_zones_of_a_vpc_of_ones_own_lie_in_the_region():
    zones = ("eu-west-1a", "eu-west-1b")
    assert refused(network=private_vpc(availability_zones=zones), existing_ids=None) == [
        f"network.availability_zones: {zone!r} is not a zone of us-east-1; did you mean "
        f"'us-east-1{zone[-1]}'?"
        for zone in zones
    ]


@pytest.mark.parametrize("name", ["endpoints", "s3"])
def test_a_service_cannot_be_called_like_the_other_end_of_a_connection(name):
    backend = STAGING.service("backend").replace(name=name)
    routing = STAGING.routing.replace(
        routes=tuple(route.replace(service=name) for route in STAGING.routing.routes)
    )
    assert refused(
        services=(STAGING.service("frontend"), backend), routing=routing, existing_ids=None
    ) == [
        f"services.{name}.name: {name!r} is what the library calls a part of its own; choose "
        "another"
    ]
