"""What a document looks up is made in the emulator beforehand, just as it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.context import PreconditionError, UnknownDataSourceError
from navra_stacks.rehearsal.fixtures.seeding import MAKERS, NOTHING, establish
from navra_stacks.terraform.document import TerraformDocument
from tests.support.synthesized import Built

REGION = "us-east-1"


def made(emulator: Emulator, content: dict[str, Any], **variables: Any) -> tuple[str, ...]:
    return establish(TerraformDocument(content), emulator, REGION, variables)


def looked_up(type_: str, **arguments: Any) -> dict[str, Any]:
    return {"data": {type_: {"one": arguments}}}


def subnets(emulator: Emulator, **filters: str) -> list[dict[str, Any]]:
    wanted = [{"Name": k.replace("_", "-"), "Values": [v]} for k, v in filters.items()]
    return list(emulator.client("ec2", REGION).describe_subnets(Filters=wanted)["Subnets"])


def test_stagings_network_has_the_recorded_id(emulated: Emulator, staging: Built) -> None:
    told = establish(staging, emulated, REGION, {})
    (vpc,) = emulated.client("ec2", REGION).describe_vpcs()["Vpcs"]
    assert (vpc["VpcId"], vpc["IsDefault"]) == ("vpc-0652a6de1c9efdc2f", True)
    found = subnets(emulated, vpc_id=vpc["VpcId"], defaultForAz="true")
    assert {"us-east-1a", "us-east-1b", "us-east-1c"} <= {o["AvailabilityZone"] for o in found}
    assert all(one["MapPublicIpOnLaunch"] for one in found)
    assert "secret aep/staging/DATABASE_URL" in told
    assert "hosted zone navralabs.com" in told


def test_a_vpc_and_subnets_have_the_ids_that_are_asked_for(emulated: Emulator) -> None:
    ids = {"a": "subnet-0a0a0a0a", "b": "subnet-0b0b0b0b"}
    parts = {k: {"id": v, "vpc_id": "${data.aws_vpc.vpc.id}"} for k, v in ids.items()}
    vpc = {"vpc": {"id": "vpc-0a1b2c3d"}}
    made(emulated, {"data": {"aws_subnet": parts, "aws_vpc": vpc}})
    found = subnets(emulated, vpc_id="vpc-0a1b2c3d")
    assert {one["SubnetId"] for one in found} == set(ids.values())
    assert len({one["AvailabilityZone"] for one in found}) == 2


def test_a_network_that_resources_name_by_its_ids_is_made(emulated: Emulator) -> None:
    balancer = {
        "subnets": ["subnet-0a0a0a0a", "subnet-0b0b0b0b"],
        "security_groups": ["sg-0a0a0a0a"],
    }
    group = {"vpc_id": "vpc-0a1b2c3d"}
    made(
        emulated,
        {"resource": {"aws_lb": {"one": balancer}, "aws_lb_target_group": {"one": group}}},
    )
    assert {one["VpcId"] for one in subnets(emulated, subnet_id="subnet-0a0a0a0a")} == {
        "vpc-0a1b2c3d"
    }
    groups = emulated.client("ec2", REGION).describe_security_groups(GroupIds=["sg-0a0a0a0a"])
    assert groups["SecurityGroups"][0]["VpcId"] == "vpc-0a1b2c3d"


def test_a_network_is_found_by_its_tags(emulated: Emulator) -> None:
    tagged = {"tags": {"Name": "main"}}
    part = {
        "filter": [{"name": "vpc-id", "values": ["${data.aws_vpc.one.id}"]}],
        "tags": {"Tier": "private"},
    }
    made(emulated, {"data": {"aws_vpc": {"one": tagged}, "aws_subnets": {"one": part}}})
    ec2 = emulated.client("ec2", REGION)
    named = [{"Name": "tag:Name", "Values": ["main"]}]
    (vpc,) = ec2.describe_vpcs(Filters=named)["Vpcs"]
    tier = [{"Name": "tag:Tier", "Values": ["private"]}]
    found = ec2.describe_subnets(Filters=tier)["Subnets"]
    assert len(found) == 2
    assert {one["VpcId"] for one in found} == {vpc["VpcId"]}


def test_a_hosted_zone_has_the_id_that_is_asked_for(emulated: Emulator) -> None:
    made(emulated, looked_up("aws_route53_zone", zone_id="Z0123456789ABCDEFGHIJ"))
    (zone,) = emulated.client("route53", REGION).list_hosted_zones()["HostedZones"]
    assert zone["Id"] == "/hostedzone/Z0123456789ABCDEFGHIJ"


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
def test_a_thing_is_made_for_each_type_that_is_known(emulated: Emulator, type_: str) -> None:
    content = looked_up(type_, **EXAMPLES[type_])
    if "data.aws_vpc.one" in str(content):
        content["data"]["aws_vpc"] = {"one": {"cidr_block": "10.1.0.0/16"}}
    told = made(emulated, content)
    assert told
    assert emulated.since() != []


def test_a_listener_is_found_on_the_load_balancer_that_is_looked_up(emulated: Emulator) -> None:
    arn = "${data.aws_lb.one.arn}"
    listener = {"load_balancer_arn": arn, "port": 443}
    told = made(
        emulated,
        {"data": {"aws_lb_listener": {"one": listener}, "aws_lb": {"one": {"name": "one"}}}},
    )
    assert told == ("load balancer one", "listener 443")


def test_what_aws_has_anyway_is_not_made(emulated: Emulator) -> None:
    assert (
        made(emulated, looked_up("aws_iam_policy", name="AmazonECSTaskExecutionRolePolicy")) == ()
    )
    assert made(emulated, looked_up("aws_caller_identity")) == ()


def test_what_refers_to_a_resource_of_the_document_is_left_to_it(emulated: Emulator) -> None:
    content = looked_up("aws_iam_role", name="${aws_iam_role.own.name}")
    assert made(emulated, content) == ()


def test_names_may_come_from_variables_and_locals(emulated: Emulator) -> None:
    content = looked_up("aws_iam_role", name="${var.team}-${local.job}") | {
        "locals": {"job": "deploys"}
    }
    assert made(emulated, content, team="shop") == ("role shop-deploys",)


def test_what_is_looked_up_twice_is_made_once(emulated: Emulator) -> None:
    data = {"aws_iam_role": {"a": {"name": "shop"}, "b": {"name": "shop", "provider": "aws.other"}}}
    users = {"c": {"name": "${data.aws_iam_role.b.name}"}}
    content = {"data": data | {"aws_iam_instance_profile": users}}
    assert made(emulated, content) == ("role shop", "instance profile shop")


@pytest.mark.parametrize(
    ("several", "name"),
    [
        ({"for_each": '${toset(["a", "b"])}'}, "${each.value}"),
        ({"for_each": "${toset(local.names)}"}, "${each.key}"),
        ({"for_each": {"one": {"name": "a"}, "two": {"name": "b"}}}, "${each.value.name}"),
    ],
)
def test_each_instance_of_a_look_up_finds_its_own(
    emulated: Emulator, several: dict[str, Any], name: str
) -> None:
    content = looked_up("aws_iam_role", name=name, **several) | {"locals": {"names": ["a", "b"]}}
    assert made(emulated, content) == ("role a", "role b")


def test_a_look_up_is_made_as_often_as_it_is_counted(emulated: Emulator) -> None:
    content = looked_up("aws_iam_role", name="role-${count.index}", count="${var.many}")
    assert made(emulated, content, many=2) == ("role role-0", "role role-1")
    assert made(emulated, content, many=0) == ()
    none = looked_up("aws_iam_role", name="${each.value}", for_each="${toset([])}")
    assert made(emulated, none) == ()


def test_a_look_up_that_the_emulator_refuses_is_told_by_its_address(emulated: Emulator) -> None:
    content = looked_up("aws_s3_bucket", bucket="x")
    with pytest.raises(PreconditionError, match=r"^data\.aws_s3_bucket\.one: .* cannot be made"):
        made(emulated, content)


def test_a_network_that_variables_and_locals_name_is_made(emulated: Emulator) -> None:
    recorded = {"group": "sg-0c0c0c0c0c0c0c0c0"}
    content = {"locals": {"parts": ["subnet-0a0a0a0a"], "recorded": recorded}}
    told = made(emulated, content, vpc="vpc-0a1b2c3d")
    assert [one.split(" (")[0].split(" in ")[0] for one in told] == [
        "VPC vpc-0a1b2c3d",
        "subnet subnet-0a0a0a0a",
    ]
    assert subnets(emulated, subnet_id="subnet-0a0a0a0a")[0]["VpcId"] == "vpc-0a1b2c3d"


@pytest.mark.parametrize("type_", ["http", "terraform_remote_state", "aws_ip_ranges"])
def test_a_type_that_is_not_known_is_refused_by_name_with_what_to_do(
    emulated: Emulator, type_: str
) -> None:
    with pytest.raises(UnknownDataSourceError, match=rf"data\.{type_}\.one: .* from a variable"):
        made(emulated, looked_up(type_))


def test_what_cannot_be_known_beforehand_is_refused(emulated: Emulator) -> None:
    content = looked_up("aws_iam_role", name="${each.value}", for_each="${toset(local.names)}")
    with pytest.raises(UnknownDataSourceError, match=r"data\.aws_iam_role\.one: .* know its name"):
        made(emulated, content)


def test_data_sources_that_look_up_each_other_are_refused(emulated: Emulator) -> None:
    content = {
        "data": {
            "aws_vpc": {"a": {"id": "${data.aws_subnet.a.vpc_id}"}},
            "aws_subnet": {"a": {"vpc_id": "${data.aws_vpc.a.id}"}},
        }
    }
    with pytest.raises(UnknownDataSourceError, match="look up each other"):
        made(emulated, content)


def test_no_type_is_known_twice() -> None:
    assert not NOTHING & MAKERS.keys()
