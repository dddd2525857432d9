"""Lookup of an existing VPC, and the subnets of tasks."""

from navra_stacks import DefaultVpc, ExistingVpc
from tests.support.synthesized import Build, Built, ref

VPC = "vpc-0a1b2c3d"
PUBLIC = ("subnet-0000000a", "subnet-0000000b")
PRIVATE = ("subnet-0000000c", "subnet-0000000d", "subnet-0000000e")


def placement(built: Built) -> tuple[list[str], list[str], bool]:
    """The subnets of the load balancer and the tasks, and whether tasks have a public IP."""
    network = built.one("aws_ecs_service")["network_configuration"]

    def ids(references: list[str]) -> list[str]:
        return [built.referred(one)["id"] for one in references]

    return (
        ids(built.one("aws_lb")["subnets"]),
        ids(network["subnets"]),
        network["assign_public_ip"],
    )


def test_tasks_run_in_the_private_subnets_of_an_existing_vpc_without_a_public_ip(
    build: Build,
) -> None:
    network = ExistingVpc(vpc_id=VPC, public_subnet_ids=PUBLIC, private_subnet_ids=PRIVATE)
    assert placement(build(network=network)) == ([*PUBLIC], [*PRIVATE], False)


def test_without_private_subnets_tasks_run_in_the_public_ones_with_a_public_ip(
    build: Build,
) -> None:
    network = ExistingVpc(vpc_id=VPC, public_subnet_ids=PUBLIC)
    assert placement(build(network=network)) == ([*PUBLIC], [*PUBLIC], True)


def test_an_existing_subnet_is_looked_up_by_its_id_and_vpc(build: Build) -> None:
    """The plan fails for a subnet of another VPC."""
    built = build(network=ExistingVpc(vpc_id=VPC, public_subnet_ids=PUBLIC))
    vpc = built.data("aws_vpc", id=VPC)
    assert "default" not in vpc.body
    for subnet in PUBLIC:
        assert built.data("aws_subnet", id=subnet)["vpc_id"] == ref(vpc, "id")


def test_the_default_vpc_is_looked_up_by_id_if_it_is_given(build: Build) -> None:
    assert build().data("aws_vpc").body.keys() - {"//"} == {"default"}
    zones = ("eu-west-1a", "eu-west-1b")
    vpc = build(network=DefaultVpc(availability_zones=zones, vpc_id=VPC)).data("aws_vpc")
    assert (vpc["default"], vpc["id"]) == (True, VPC)


def test_an_existing_network_creates_no_resource(build: Build) -> None:
    existing = ExistingVpc(vpc_id=VPC, public_subnet_ids=PUBLIC, private_subnet_ids=PRIVATE)
    made = [block.address for block in build(network=existing).resources]
    assert made == [block.address for block in build().resources]
