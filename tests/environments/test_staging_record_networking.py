"""AEP-STAGING-ARCHITECTURE.md, section 3: networking."""

import pytest

from tests.support.synthesized import Built, ref

pytestmark = pytest.mark.record(section=3)

SERVICES = ("aep-frontend-staging-svc", "aep-backend-staging-svc")
GROUPS = {
    "aep-staging-alb-sg": "sg-08200836125a8f3af",
    "aep-staging-ecs-frontend-sg": "sg-052b6de52177c40be",
    "aep-staging-ecs-backend-sg": "sg-024e491e60830af98",
}


def test_the_vpc_is_the_recorded_default_vpc(staging: Built) -> None:
    vpc = staging.data("aws_vpc", id="vpc-0652a6de1c9efdc2f")
    assert vpc["default"] is True


def test_terraform_creates_no_network_resources(staging: Built) -> None:
    types = {block.type for block in staging.resources}
    assert not types & {"aws_vpc", "aws_default_vpc", "aws_subnet", "aws_default_subnet"}
    assert not types & {"aws_nat_gateway", "aws_internet_gateway", "aws_route_table", "aws_eip"}


def test_there_is_one_subnet_in_each_recorded_zone(staging: Built) -> None:
    subnets = [block for block in staging.data_sources if block.type == "aws_subnet"]
    zones = [subnet["availability_zone"] for subnet in subnets]
    assert sorted(zones) == ["us-east-1a", "us-east-1b", "us-east-1c"]


def test_the_subnets_are_the_public_subnets_of_the_vpc(staging: Built) -> None:
    vpc = ref(staging.data("aws_vpc"), "id")
    for zone in ("us-east-1a", "us-east-1b", "us-east-1c"):
        subnet = staging.data("aws_subnet", availability_zone=zone)
        assert subnet["vpc_id"] == vpc
        assert {"name": "map-public-ip-on-launch", "values": ["true"]} in subnet["filter"]


def zones_of(built: Built, subnets: list[str]) -> list[str]:
    return sorted(built.referred(subnet)["availability_zone"] for subnet in subnets)


@pytest.mark.parametrize("name", SERVICES)
def test_tasks_run_in_the_three_public_subnets(staging: Built, name: str) -> None:
    network = staging.one("aws_ecs_service", name=name)["network_configuration"]
    assert zones_of(staging, network["subnets"]) == ["us-east-1a", "us-east-1b", "us-east-1c"]


def test_the_load_balancer_is_in_the_three_public_subnets(staging: Built) -> None:
    subnets = staging.one("aws_lb", name="aep-staging-alb")["subnets"]
    assert zones_of(staging, subnets) == ["us-east-1a", "us-east-1b", "us-east-1c"]


@pytest.mark.parametrize("name", SERVICES)
def test_tasks_have_a_public_ip(staging: Built, name: str) -> None:
    network = staging.one("aws_ecs_service", name=name)["network_configuration"]
    assert network["assign_public_ip"] is True


def test_the_security_groups_are_the_three_recorded_ones(staging: Built) -> None:
    names = sorted(group["name"] for group in staging.all("aws_security_group"))
    assert names == sorted(GROUPS)


@pytest.mark.parametrize("name", GROUPS)
def test_a_security_group_is_in_the_recorded_vpc(staging: Built, name: str) -> None:
    group = staging.one("aws_security_group", name=name)
    assert staging.referred(group["vpc_id"])["id"] == "vpc-0652a6de1c9efdc2f"


@pytest.mark.parametrize(("name", "id_"), GROUPS.items())
def test_a_security_group_has_its_recorded_id(staging: Built, name: str, id_: str) -> None:
    address = staging.one("aws_security_group", name=name).address
    assert staging.content["locals"]["recorded"][address] == id_


def test_the_load_balancer_accepts_only_http_and_https_from_anywhere(
    staging: Built,
) -> None:
    rules = staging.security_group_rules("ingress", "aep-staging-alb-sg")
    assert rules == ["tcp 443-443 0.0.0.0/0", "tcp 80-80 0.0.0.0/0"]


def test_the_frontend_accepts_80_from_the_load_balancer_only(staging: Built) -> None:
    rules = staging.security_group_rules("ingress", "aep-staging-ecs-frontend-sg")
    assert rules == ["tcp 80-80 aep-staging-alb-sg"]


def test_the_backend_accepts_8787_from_the_load_balancer_only(staging: Built) -> None:
    rules = staging.security_group_rules("ingress", "aep-staging-ecs-backend-sg")
    assert rules == ["tcp 8787-8787 aep-staging-alb-sg"]


@pytest.mark.parametrize("name", GROUPS)
def test_a_security_group_allows_all_outbound_traffic(staging: Built, name: str) -> None:
    assert staging.security_group_rules("egress", name) == ["-1 0.0.0.0/0"]


@pytest.mark.parametrize(
    ("service", "group"),
    [
        ("aep-frontend-staging-svc", "aep-staging-ecs-frontend-sg"),
        ("aep-backend-staging-svc", "aep-staging-ecs-backend-sg"),
    ],
)
def test_tasks_are_in_the_security_group_of_their_service_only(
    staging: Built, service: str, group: str
) -> None:
    network = staging.one("aws_ecs_service", name=service)["network_configuration"]
    groups = network["security_groups"]
    assert [staging.referred(reference)["name"] for reference in groups] == [group]


def test_the_load_balancer_is_in_its_own_security_group_only(staging: Built) -> None:
    groups = staging.one("aws_lb", name="aep-staging-alb")["security_groups"]
    names = [staging.referred(reference)["name"] for reference in groups]
    assert names == ["aep-staging-alb-sg"]
