"""Validation of `PrivateVpc`, and of moving a recorded environment to another VPC."""

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


def problems(settings):
    return [str(problem) for problem in settings.problems()]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"cidr": "10.20.0.0/22"},
            "cidr: '10.20.0.0/22' is not between /16 and /21: a VPC is at most a /16, and the "
            "subnets do not fit in less than a /21; use a prefix length of 16-21",
        ),
        (
            {"cidr": "10.0.0.0/8"},
            "cidr: '10.0.0.0/8' is not between /16 and /21: a VPC is at most a /16, and the "
            "subnets do not fit in less than a /21; use a prefix length of 16-21",
        ),
        (
            {"cidr": "52.20.0.0/16"},
            "cidr: '52.20.0.0/16' contains public IP addresses, so tasks could not reach the "
            "internet hosts that have these addresses; use a network in a private range "
            "(10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10), for example "
            "'10.20.0.0/16'",
        ),
        (
            {"cidr": "10.20.0.1/16"},
            "cidr: '10.20.0.1/16' has host bits set; did you mean '10.20.0.0/16'?",
        ),
        (
            {"availability_zones": (*ZONES, "us-east-1e")},
            "availability_zones: contains 5 Availability Zones (at most 4); list at most 4 zones",
        ),
        (
            {"availability_zones": ("us-east-1a",)},
            "availability_zones: contains 1 Availability Zone(s), but a load balancer needs 2; "
            "list at least 2 zones of the Region",
        ),
        (
            {"availability_zones": ("us-east-1a", "us-east-1b", "us-east-1a")},
            "availability_zones: 'us-east-1a' is listed more than once; list each zone once",
        ),
        (
            {"nat": "none", "interface_endpoints": False},
            "interface_endpoints: is False, but with `nat` 'none' tasks reach their images, logs "
            "and secrets only through endpoints; remove interface_endpoints, or set `nat` to "
            "another value",
        ),
        (
            {"nat": "one"},
            "nat: 'one' is not one of 'per_az', 'single', 'regional' or 'none'; did you mean "
            "'none'?",
        ),
    ],
)
def test_rejects_invalid_private_vpcs(settings, message):
    assert problems(private_vpc(**settings)) == [message]


def test_rejects_a_retention_that_cloudwatch_does_not_offer():
    (problem,) = problems(private_vpc(flow_log_retention_days=100))
    assert problem.startswith("flow_log_retention_days: 100 days is not a retention that ")
    assert problem.endswith("the nearest offered value")


@pytest.mark.parametrize(
    ("given", "repair"),
    [
        ("accepted", ""),  # not the opposite
        ("ALL", "; did you mean 'all'?"),
        ("REJECT", "; did you mean 'rejected'?"),
    ],
)
def test_suggests_a_choice_that_is_meant(given, repair):
    assert problems(private_vpc(flow_log_traffic=given)) == [
        f"flow_log_traffic: {given!r} is not one of 'rejected' or 'all'{repair}"
    ]


@pytest.mark.parametrize(
    "setting", [{"flow_log_traffic": "all"}, {"flow_log_retention_days": 30}], ids=str
)
def test_rejects_settings_of_flow_logs_that_are_off(setting):
    (name,) = setting
    assert problems(private_vpc(flow_logs=False, **setting)) == [
        f"{name}: is set, but flow_logs is False; remove {name}, or set flow_logs=True"
    ]


def test_interface_endpoints_are_always_on_without_nat_and_optional_with_it():
    assert private_vpc(nat="none").has_endpoints
    assert private_vpc(nat="none", interface_endpoints=True).has_endpoints
    assert private_vpc(interface_endpoints=True).has_endpoints
    assert not private_vpc().has_endpoints


@pytest.mark.parametrize("prefix", range(16, 22))
def test_each_kind_of_subnet_has_its_own_quarter_of_the_network(prefix):
    vpc = private_vpc(cidr=f"10.20.0.0/{prefix}", availability_zones=ZONES)
    quarters = list(ipaddress.ip_network(vpc.cidr).subnets(prefixlen_diff=2))
    for kind, quarter in zip(("public", "private", "isolated"), quarters, strict=False):
        networks = [ipaddress.ip_network(cidr) for cidr in vpc.subnets(kind).values()]
        assert list(vpc.subnets(kind)) == list(ZONES)
        assert networks == list(quarter.subnets(prefixlen_diff=2))
        assert {network.prefixlen for network in networks} == {prefix + 4}


def test_adding_a_zone_at_the_end_changes_no_subnet():
    for kind in ("public", "private", "isolated"):
        two, four = (
            private_vpc(availability_zones=zones).subnets(kind) for zones in (ZONES[:2], ZONES)
        )
        assert two.items() <= four.items()


def problems_in_staging(**changes):
    with pytest.raises(SettingsError) as error:
        STAGING.replace(**changes)
    return [str(problem) for problem in error.value.problems]


CONSEQUENCE = (
    " (a move replaces the load balancer, the target groups and the security groups, "
    "with downtime); "
)
ELSEWHERE = DefaultVpc(availability_zones=ZONES[:2], vpc_id="vpc-0a1b2c3d")


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (
            private_vpc(),
            f"PrivateVpc creates a new VPC, but the existing resources are in {RECORDED!r}",
        ),
        (ELSEWHERE, f"'vpc-0a1b2c3d' is not existing_ids.vpc_id {RECORDED!r}"),
        (
            ExistingVpc(
                vpc_id="vpc-0a1b2c3d", public_subnet_ids=("subnet-0a1b2c3d", "subnet-1a1b2c3d")
            ),
            f"'vpc-0a1b2c3d' is not existing_ids.vpc_id {RECORDED!r}",
        ),
        (
            DefaultVpc(availability_zones=ZONES[:2]),
            f"has no vpc_id, so the VPC may differ from existing_ids.vpc_id {RECORDED!r}",
        ),
    ],
    ids=["private", "another default", "existing", "unnamed default"],
)
def test_a_recorded_environment_stays_in_its_vpc_unless_leaves_vpc_is_set(network, message):
    assert problems_in_staging(network=network) == [
        f"network: {message}{CONSEQUENCE}use the VPC {RECORDED!r}, or set "
        "existing_ids.leaves_vpc=True to move the environment"
    ]
    STAGING.replace(network=network, existing_ids=STAGING.existing_ids.replace(leaves_vpc=True))
    STAGING.replace(network=network, existing_ids=None)


def test_rejects_a_private_vpc_with_existing_ids_without_vpc_id():
    recorded = ExistingIds(load_balancer_security_group="sg-08200836125a8f3af")
    assert problems_in_staging(network=private_vpc(), existing_ids=recorded) == [
        "network: PrivateVpc creates a new VPC, but the existing resources are in another VPC"
        f"{CONSEQUENCE}use the existing VPC, or set existing_ids.leaves_vpc=True to move the "
        "environment"
    ]
    STAGING.replace(network=ELSEWHERE, existing_ids=recorded)


def test_accepts_the_recorded_vpc_as_another_network_type():
    STAGING.replace(
        network=ExistingVpc(
            vpc_id=RECORDED, public_subnet_ids=("subnet-0a1b2c3d", "subnet-1a1b2c3d")
        )
    )


def test_rejects_leaves_vpc_if_the_vpc_stays_the_same():
    assert problems_in_staging(existing_ids=STAGING.existing_ids.replace(leaves_vpc=True)) == [
        "existing_ids.leaves_vpc: is True, but `network` is still in existing_ids.vpc_id "
        f"{RECORDED!r}; remove leaves_vpc, so that a later move by mistake is rejected"
    ]


@pytest.mark.parametrize(
    "image",
    [
        RegistryImage(repository="public.ecr.aws/nginx/nginx", tag="1.29"),
        EcrImage(repository="nginx", tag="1.29", region="eu-west-1"),
    ],
    ids=["another registry", "another Region"],
)
def test_rejects_images_outside_the_regions_ecr_without_nat(image):
    frontend = STAGING.service("frontend").replace(container=Container(image=image, port=80))
    changes = {"services": (frontend, STAGING.service("backend")), "existing_ids": None}
    assert problems_in_staging(network=private_vpc(nat="none"), **changes) == [
        f"services.frontend.frontend.image: {image.repository!r} is not in ECR in this "
        "Region, and tasks cannot reach other registries without NAT; copy the image to ECR in "
        "this Region and use an EcrImage, or set network.nat to another value"
    ]
    STAGING.replace(network=private_vpc(), **changes)


def test_rejects_zones_of_another_region():
    zones = ("eu-west-1a", "eu-west-1b")
    assert problems_in_staging(
        network=private_vpc(availability_zones=zones), existing_ids=None
    ) == [
        f"network.availability_zones: {zone!r} is not a zone of us-east-1; did you mean "
        f"'us-east-1{zone[-1]}'?"
        for zone in zones
    ]


@pytest.mark.parametrize("name", ["endpoints", "s3"])
def test_rejects_reserved_service_names(name):
    backend = STAGING.service("backend").replace(name=name)
    routing = STAGING.routing.replace(
        routes=tuple(route.replace(service=name) for route in STAGING.routing.routes)
    )
    assert problems_in_staging(
        services=(STAGING.service("frontend"), backend), routing=routing, existing_ids=None
    ) == [
        f"services.{name}.name: {name!r} is reserved by the library for the Terraform addresses of "
        "its own resources; rename the service"
    ]
