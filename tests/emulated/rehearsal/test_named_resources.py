"""Zones, and resources with an ARN or an ID, that a document names exist in the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.context import SeedError
from navra_stacks.rehearsal.fixtures.seeding import seed
from navra_stacks.terraform.document import TerraformDocument

REGION = "us-east-1"


def seed_content(emulator: Emulator, content: dict[str, Any], **variables: Any) -> tuple[str, ...]:
    return seed(TerraformDocument(content), emulator, REGION, variables)


def lookup(type_: str, **arguments: Any) -> dict[str, Any]:
    return {"data": {type_: {"one": arguments}}}


# Zones that moto does not have


def zones(emulator: Emulator, region: str) -> dict[str, tuple[str, str]]:
    found = emulator.client("ec2", region).describe_availability_zones()["AvailabilityZones"]
    return {zone["ZoneName"]: (zone["ZoneType"], zone["ZoneId"]) for zone in found}


@pytest.mark.parametrize(
    ("region", "suffix", "kind"),
    [
        ("us-west-1", "c", "availability-zone"),
        ("eu-central-1", "d", "availability-zone"),
        ("us-west-2", "-lax-1a", "local-zone"),
        ("us-east-1", "-wl1-bos-wlz-1", "wavelength-zone"),
    ],
)
def test_a_zone_that_the_document_names_exists(
    emulated: Emulator, region: str, suffix: str, kind: str
) -> None:
    name = region + suffix
    content = {"resource": {"aws_subnet": {"one": {"availability_zone": name}}}}
    created = seed_content(emulated, content)
    assert created in ((f"zone {name}",), ())  # the process keeps the zones of earlier tests
    found = zones(emulated, region)
    assert found[name][0] == kind
    assert len({id_ for _, id_ in found.values()}) == len(found)


def test_the_default_vpc_has_a_subnet_in_a_zone_that_moto_lacks(emulated: Emulator) -> None:
    lookups = {
        zone[-1]: {"availability_zone": zone, "default_for_az": True}
        for zone in ("us-west-1a", "us-west-1c")
    }
    document = TerraformDocument({"data": {"aws_subnet": lookups}})
    seed(document, emulated, "us-west-1", {})
    found = emulated.client("ec2", "us-west-1").describe_subnets()["Subnets"]
    default = {one["AvailabilityZone"] for one in found if one["DefaultForAz"]}
    assert {"us-west-1a", "us-west-1c"} <= default


def test_a_subnet_of_another_vpc_in_such_a_zone_is_no_default_subnet(emulated: Emulator) -> None:
    content = {"resource": {"aws_subnet": {"one": {"availability_zone": "us-east-1-bos-1a"}}}}
    seed_content(emulated, content)
    ec2 = emulated.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.9.0.0/24", AvailabilityZone="us-east-1-bos-1a"
    )["Subnet"]
    assert (subnet["DefaultForAz"], subnet["MapPublicIpOnLaunch"]) == (False, False)


def test_a_default_subnet_in_a_zone_of_another_region_is_an_error(emulated: Emulator) -> None:
    content = lookup("aws_subnet", availability_zone="eu-west-1a", default_for_az=True)
    expected = "the default VPC in us-east-1 has no subnet in the zone eu-west-1a; use a zone of us"
    with pytest.raises(SeedError, match=expected):
        seed_content(emulated, content)


# Resources that a document refers to by ARN

OTHER = "arn:aws:{}:{}:999988887777:{}"
OWN = "arn:aws:{}:{}:OWN:{}"
ID = "0123456789abcdef"
UUID = "0a0a0a0a-0000-0000-0000-000000000001"
BALANCING = "elasticloadbalancing"


def in_certificates(emulator: Emulator, arn: str) -> bool:
    found = emulator.client("acm", arn.split(":")[3]).describe_certificate(CertificateArn=arn)
    return found["Certificate"]["CertificateArn"] == arn


def in_keys(emulator: Emulator, arn: str) -> bool:
    kms = emulator.client("kms", REGION)
    kms.create_alias(AliasName="alias/one", TargetKeyId=arn)
    return kms.describe_key(KeyId="alias/one")["KeyMetadata"]["Arn"] == arn


def in_topics(emulator: Emulator, arn: str) -> bool:
    sns = emulator.client("sns", REGION)
    return sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.com") is not None


def in_web_acls(emulator: Emulator, arn: str) -> bool:
    found = emulator.client("wafv2", REGION).list_web_acls(Scope="REGIONAL")["WebACLs"]
    return [one["ARN"] for one in found] == [arn]


def in_load_balancing(emulator: Emulator, arn: str) -> bool:
    client = emulator.client("elbv2", REGION)
    if ":targetgroup/" in arn:
        return bool(client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"])
    if ":loadbalancer/" in arn:
        return bool(client.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"])
    return bool(client.describe_listeners(ListenerArns=[arn])["Listeners"])


def in_iam(emulator: Emulator, arn: str) -> bool:
    iam = emulator.client("iam", REGION)
    name = arn.rpartition("/")[2]
    if ":policy/" in arn:
        return bool(iam.get_policy(PolicyArn=arn)["Policy"])
    return iam.get_role(RoleName=name)["Role"]["Arn"] == arn


def in_clusters(emulator: Emulator, arn: str) -> bool:
    return bool(emulator.client("ecs", REGION).describe_clusters(clusters=[arn])["clusters"])


def in_queues(emulator: Emulator, arn: str) -> bool:
    return bool(emulator.client("sqs", REGION).get_queue_url(QueueName=arn.rpartition(":")[2]))


@pytest.mark.parametrize(
    ("arn", "exists"),
    [
        (OTHER.format("acm", REGION, f"certificate/{UUID}"), in_certificates),
        (OTHER.format("acm", "eu-west-3", f"certificate/{UUID}"), in_certificates),
        (OTHER.format("kms", REGION, f"key/{UUID}"), in_keys),
        (OTHER.format("sns", REGION, "alarms"), in_topics),
        (OTHER.format("wafv2", REGION, f"regional/webacl/edge/{UUID}"), in_web_acls),
        (OTHER.format(BALANCING, REGION, f"targetgroup/one/{ID}"), in_load_balancing),
        (OTHER.format(BALANCING, REGION, f"loadbalancer/app/one/{ID}"), in_load_balancing),
        (OTHER.format(BALANCING, REGION, f"listener/app/one/{ID}/{ID}"), in_load_balancing),
        (OWN.format("iam", "", "role/one"), in_iam),
        (OWN.format("iam", "", "policy/one"), in_iam),
        (OWN.format("ecs", REGION, "cluster/one"), in_clusters),
        (OWN.format("sqs", REGION, "one"), in_queues),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_resource_that_the_document_names_by_arn_exists_with_this_arn(
    emulated: Emulator, arn: str, exists: Callable[[Emulator, str], bool]
) -> None:
    arn = arn.replace("OWN", emulated.account)
    (created,) = [
        line
        for line in seed_content(emulated, {}, one=[{"two": arn}])
        if "listener" not in arn or "listener" in line
    ]
    assert exists(emulated, arn)
    assert created.endswith(f", with the ARN {arn}") == ("999988887777" in arn)


def test_a_listener_can_use_a_certificate_named_by_arn(emulated: Emulator) -> None:
    """Without it, the provider retries for five minutes, and then fails."""
    arn = OTHER.format("acm", REGION, f"certificate/{UUID}")
    seed_content(emulated, lookup("aws_lb", name="one"), certificate_arn=arn)
    client = emulated.client("elbv2", REGION)
    (balancer,) = client.describe_load_balancers()["LoadBalancers"]
    client.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": arn}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )


@pytest.mark.parametrize(
    "content",
    [
        # The document creates the role itself, or the ARN is a pattern or part of a policy.
        {"resource": {"aws_iam_role": {"one": {"name": "one"}}, "aws_x": {"one": {"a": ["%s"]}}}},
        {"resource": {"aws_x": {"one": {"policy": '{"Resource": "%s"}'}}}},
        {"resource": {"aws_x": {"one": {"a": "%s*"}}}},
        {"locals": {"recorded": {"role": "%s"}}},
    ],
    ids=str,
)
def test_an_arn_that_needs_no_resource_creates_none(emulated: Emulator, content: Any) -> None:
    arn = "arn:aws:iam::123456789012:role/one"
    text = json.dumps(content).replace("%s", arn)
    assert seed_content(emulated, json.loads(text)) == ()


def test_a_resource_that_the_emulator_rejects_is_omitted(emulated: Emulator) -> None:
    role = lookup("aws_iam_role", name="one")
    created = seed_content(emulated, role, arn="arn:aws:iam::123456789012:role/one")
    assert created == ("role one",)


def test_the_hosted_zone_of_a_record_has_the_id_in_the_document(emulated: Emulator) -> None:
    record = {"zone_id": "${var.zone}", "name": "app.shop.example", "type": "A"}
    content = {"resource": {"aws_route53_record": {"one": record, "two": record}}}
    seed_content(emulated, content, zone="Z0123456789ABCDEFGHIJ")
    (zone,) = emulated.client("route53", REGION).list_hosted_zones()["HostedZones"]
    assert (zone["Id"], zone["Name"]) == ("/hostedzone/Z0123456789ABCDEFGHIJ", "shop.example.")
