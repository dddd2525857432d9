"""Resources that a document looks up are created in the emulator before the apply."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.context import SeedError, UnknownDataSourceError
from navra_stacks.rehearsal.fixtures.seeding import NOT_SEEDED, SEEDERS, seed
from navra_stacks.terraform.document import TerraformDocument
from tests.support.synthesized import Built

REGION = "us-east-1"


def seed_content(emulator: Emulator, content: dict[str, Any], **variables: Any) -> tuple[str, ...]:
    return seed(TerraformDocument(content), emulator, REGION, variables)


def lookup(type_: str, **arguments: Any) -> dict[str, Any]:
    return {"data": {type_: {"one": arguments}}}


def subnets(emulator: Emulator, **filters: str) -> list[dict[str, Any]]:
    query = [{"Name": k.replace("_", "-"), "Values": [v]} for k, v in filters.items()]
    return list(emulator.client("ec2", REGION).describe_subnets(Filters=query)["Subnets"])


def test_the_vpc_of_staging_has_the_recorded_id(emulated: Emulator, staging: Built) -> None:
    created = seed(staging, emulated, REGION, {})
    (vpc,) = emulated.client("ec2", REGION).describe_vpcs()["Vpcs"]
    assert (vpc["VpcId"], vpc["IsDefault"]) == ("vpc-0652a6de1c9efdc2f", True)
    found = subnets(emulated, vpc_id=vpc["VpcId"], defaultForAz="true")
    zones = {subnet["AvailabilityZone"] for subnet in found}
    assert {"us-east-1a", "us-east-1b", "us-east-1c"} <= zones
    assert all(subnet["MapPublicIpOnLaunch"] for subnet in found)
    assert "secret aep/staging/DATABASE_URL" in created
    assert "hosted zone navralabs.com" in created


def test_a_vpc_and_subnets_have_the_ids_in_the_lookup(emulated: Emulator) -> None:
    ids = {"a": "subnet-0a0a0a0a", "b": "subnet-0b0b0b0b"}
    parts = {k: {"id": v, "vpc_id": "${data.aws_vpc.vpc.id}"} for k, v in ids.items()}
    vpc = {"vpc": {"id": "vpc-0a1b2c3d"}}
    seed_content(emulated, {"data": {"aws_subnet": parts, "aws_vpc": vpc}})
    found = subnets(emulated, vpc_id="vpc-0a1b2c3d")
    assert {subnet["SubnetId"] for subnet in found} == set(ids.values())
    assert len({subnet["AvailabilityZone"] for subnet in found}) == 2


def test_a_network_that_resources_refer_to_by_id_is_created(emulated: Emulator) -> None:
    balancer = {
        "subnets": ["subnet-0a0a0a0a", "subnet-0b0b0b0b"],
        "security_groups": ["sg-0a0a0a0a"],
    }
    group = {"vpc_id": "vpc-0a1b2c3d"}
    seed_content(
        emulated,
        {"resource": {"aws_lb": {"one": balancer}, "aws_lb_target_group": {"one": group}}},
    )
    (subnet,) = subnets(emulated, subnet_id="subnet-0a0a0a0a")
    assert subnet["VpcId"] == "vpc-0a1b2c3d"
    groups = emulated.client("ec2", REGION).describe_security_groups(GroupIds=["sg-0a0a0a0a"])
    assert groups["SecurityGroups"][0]["VpcId"] == "vpc-0a1b2c3d"


def test_a_network_is_found_by_its_tags(emulated: Emulator) -> None:
    tagged = {"tags": {"Name": "main"}}
    subnet_filter = {
        "filter": [{"name": "vpc-id", "values": ["${data.aws_vpc.one.id}"]}],
        "tags": {"Tier": "private"},
    }
    seed_content(
        emulated, {"data": {"aws_vpc": {"one": tagged}, "aws_subnets": {"one": subnet_filter}}}
    )
    ec2 = emulated.client("ec2", REGION)
    name = [{"Name": "tag:Name", "Values": ["main"]}]
    (vpc,) = ec2.describe_vpcs(Filters=name)["Vpcs"]
    tier = [{"Name": "tag:Tier", "Values": ["private"]}]
    found = ec2.describe_subnets(Filters=tier)["Subnets"]
    assert len(found) == 2
    assert {subnet["VpcId"] for subnet in found} == {vpc["VpcId"]}


def test_a_hosted_zone_has_the_id_in_the_lookup(emulated: Emulator) -> None:
    seed_content(emulated, lookup("aws_route53_zone", zone_id="Z0123456789ABCDEFGHIJ"))
    (zone,) = emulated.client("route53", REGION).list_hosted_zones()["HostedZones"]
    assert zone["Id"] == "/hostedzone/Z0123456789ABCDEFGHIJ"


ROLE = "arn:aws:iam::444455556666:role/dns"
PROVIDERS = {
    "aws": [
        {"region": REGION},
        {"alias": "zone", "assume_role": [{"role_arn": "${var.role}"}]},
        {"alias": "other_region", "region": "eu-west-1"},
    ]
}


def zones(client: Any) -> set[str]:
    return {zone["Name"] for zone in client.list_hosted_zones()["HostedZones"]}


def test_a_zone_is_created_in_the_account_of_its_provider(emulated: Emulator) -> None:
    lookups = {
        "own": {"name": "a.example"},
        "role": {"name": "b.example", "provider": "aws.zone"},
        "both": {"name": "a.example", "provider": "aws.zone"},
        "region": {"name": "c.example", "provider": "aws.other_region"},
    }
    record = {"zone_id": "Z0123456789ABCDEFGHIJ", "name": "www.d.example", "provider": "aws.zone"}
    content = {
        "provider": PROVIDERS,
        "data": {"aws_route53_zone": lookups},
        "resource": {"aws_route53_record": {"www": record}},
    }
    seed_content(emulated, content, role=ROLE)
    assert zones(emulated.client("route53", REGION)) == {"a.example.", "c.example."}
    assert zones(emulated.client_with_role("route53", REGION, ROLE)) == {
        "a.example.",
        "b.example.",
        "d.example.",
    }


EXAMPLES: dict[str, dict[str, Any]] = {
    "aws_acm_certificate": {"domain": "a.example"},
    "aws_alb": {"name": "one"},
    "aws_alb_target_group": {"name": "one"},
    "aws_cloudwatch_log_group": {"name": "/one"},
    "aws_dynamodb_table": {"name": "one"},
    "aws_ecr_image": {"repository_name": "one", "image_tag": "1.0"},
    "aws_ecr_repository": {"name": "one"},
    "aws_ecs_cluster": {"cluster_name": "one"},
    "aws_iam_instance_profile": {"name": "one"},
    "aws_iam_openid_connect_provider": {"url": "https://issuer.example"},
    "aws_iam_policy": {"name": "one"},
    "aws_iam_role": {"name": "one"},
    "aws_internet_gateway": {},
    "aws_kms_alias": {"name": "alias/one"},
    "aws_kms_key": {"key_id": "alias/one"},
    "aws_lb": {"name": "one"},
    "aws_lb_target_group": {"name": "one"},
    "aws_route53_zone": {"name": "a.example"},
    "aws_route_table": {"tags": {"Name": "one"}},
    "aws_s3_bucket": {"bucket": "one-bucket"},
    "aws_secretsmanager_secret": {"name": "one"},
    "aws_secretsmanager_secret_version": {"secret_id": "one"},
    "aws_security_group": {"name": "one"},
    "aws_security_groups": {"tags": {"Name": "one"}},
    "aws_sns_topic": {"name": "one"},
    "aws_sqs_queue": {"name": "one"},
    "aws_ssm_parameter": {"name": "/one"},
    "aws_subnet": {"cidr_block": "10.1.7.0/24", "vpc_id": "${data.aws_vpc.one.id}"},
    "aws_vpc": {"cidr_block": "10.9.0.0/16"},
    "aws_vpcs": {"tags": {"Name": "one"}},
}


@pytest.mark.parametrize("type_", EXAMPLES)
def test_a_resource_is_created_for_each_supported_type(emulated: Emulator, type_: str) -> None:
    content = lookup(type_, **EXAMPLES[type_])
    if "data.aws_vpc.one" in str(content):
        content["data"]["aws_vpc"] = {"one": {"cidr_block": "10.1.0.0/16"}}
    assert seed_content(emulated, content)
    assert emulated.created_since_snapshot() != []


def test_a_listener_is_created_on_the_load_balancer_of_another_lookup(emulated: Emulator) -> None:
    arn = "${data.aws_lb.one.arn}"
    listener = {"load_balancer_arn": arn, "port": 443}
    created = seed_content(
        emulated,
        {"data": {"aws_lb_listener": {"one": listener}, "aws_lb": {"one": {"name": "one"}}}},
    )
    assert created == ("load balancer one", "listener 443")


def test_built_in_resources_of_aws_are_not_created(emulated: Emulator) -> None:
    assert (
        seed_content(emulated, lookup("aws_iam_policy", name="AmazonECSTaskExecutionRolePolicy"))
        == ()
    )
    assert seed_content(emulated, lookup("aws_caller_identity")) == ()


def test_a_lookup_of_a_resource_of_the_document_is_not_seeded(emulated: Emulator) -> None:
    content = lookup("aws_iam_role", name="${aws_iam_role.own.name}")
    assert seed_content(emulated, content) == ()


def test_names_may_come_from_variables_and_locals(emulated: Emulator) -> None:
    content = lookup("aws_iam_role", name="${var.team}-${local.job}") | {
        "locals": {"job": "deploys"}
    }
    assert seed_content(emulated, content, team="shop") == ("role shop-deploys",)


def test_equal_lookups_create_one_resource(emulated: Emulator) -> None:
    data = {"aws_iam_role": {"a": {"name": "shop"}, "b": {"name": "shop", "provider": "aws.other"}}}
    users = {"c": {"name": "${data.aws_iam_role.b.name}"}}
    content = {"data": data | {"aws_iam_instance_profile": users}}
    assert seed_content(emulated, content) == ("role shop", "instance profile shop")


@pytest.mark.parametrize(
    ("several", "name"),
    [
        ({"for_each": '${toset(["a", "b"])}'}, "${each.value}"),
        ({"for_each": "${toset(local.names)}"}, "${each.key}"),
        ({"for_each": {"one": {"name": "a"}, "two": {"name": "b"}}}, "${each.value.name}"),
    ],
)
def test_each_instance_of_a_lookup_with_for_each_gets_a_resource(
    emulated: Emulator, several: dict[str, Any], name: str
) -> None:
    content = lookup("aws_iam_role", name=name, **several) | {"locals": {"names": ["a", "b"]}}
    assert seed_content(emulated, content) == ("role a", "role b")


def test_each_instance_of_a_lookup_with_count_gets_a_resource(emulated: Emulator) -> None:
    content = lookup("aws_iam_role", name="role-${count.index}", count="${var.many}")
    assert seed_content(emulated, content, many=2) == ("role role-0", "role role-1")
    assert seed_content(emulated, content, many=0) == ()
    none = lookup("aws_iam_role", name="${each.value}", for_each="${toset([])}")
    assert seed_content(emulated, none) == ()


def test_an_error_of_the_emulator_is_reported_with_the_address(emulated: Emulator) -> None:
    content = lookup("aws_s3_bucket", bucket="x")
    with pytest.raises(
        SeedError, match=r"^data\.aws_s3_bucket\.one: .* cannot create the resource"
    ):
        seed_content(emulated, content)


def test_a_network_that_variables_and_locals_refer_to_is_created(emulated: Emulator) -> None:
    recorded = {"group": "sg-0c0c0c0c0c0c0c0c0"}
    content = {"locals": {"subnets": ["subnet-0a0a0a0a"], "recorded": recorded}}
    created = seed_content(emulated, content, vpc="vpc-0a1b2c3d")
    assert [description.split(" (")[0].split(" in ")[0] for description in created] == [
        "VPC vpc-0a1b2c3d",
        "subnet subnet-0a0a0a0a",
    ]
    assert subnets(emulated, subnet_id="subnet-0a0a0a0a")[0]["VpcId"] == "vpc-0a1b2c3d"


@pytest.mark.parametrize("type_", ["http", "terraform_remote_state", "aws_ip_ranges"])
def test_an_unsupported_type_is_an_error_with_the_repair(emulated: Emulator, type_: str) -> None:
    with pytest.raises(
        UnknownDataSourceError, match=rf"data\.{type_}\.one: .* with a variable in place"
    ):
        seed_content(emulated, lookup(type_))


def test_a_value_that_is_unknown_before_the_apply_is_an_error(emulated: Emulator) -> None:
    content = lookup("aws_iam_role", name="${each.value}", for_each="${toset(local.names)}")
    expected = r"data\.aws_iam_role\.one: name is not set, or not known before the apply"
    with pytest.raises(UnknownDataSourceError, match=expected):
        seed_content(emulated, content)


def test_data_sources_that_refer_to_each_other_are_an_error(emulated: Emulator) -> None:
    content = {
        "data": {
            "aws_vpc": {"a": {"id": "${data.aws_subnet.a.vpc_id}"}},
            "aws_subnet": {"a": {"vpc_id": "${data.aws_vpc.a.id}"}},
        }
    }
    with pytest.raises(UnknownDataSourceError, match="refer to each other"):
        seed_content(emulated, content)


def test_no_type_is_both_seeded_and_not_seeded() -> None:
    assert not NOT_SEEDED & SEEDERS.keys()
