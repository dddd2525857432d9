"""Snapshots of the emulator's resources, and the classification of leftovers."""

from __future__ import annotations

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.leftovers import EXPECTED, classify_leftovers
from tests.support.handmade_account.console import ACCOUNT
from tests.support.shared_emulator import SharedEmulator

REGION = "eu-west-1"


def kinds(emulator: Emulator) -> list[str]:
    created = emulator.created_since_snapshot()
    return sorted(f"{resource['service']} {resource['kind']}" for resource in created)


@pytest.fixture
def cold(running: SharedEmulator) -> Emulator:
    """The emulator before its first request, with no service initialised."""
    running.restore_state(running.cold)
    return running


def test_built_in_resources_are_not_listed_as_new(cold: Emulator) -> None:
    cold.take_snapshot()
    # Each of these services has built-in resources: a VPC, policies, an event bus, parameters.
    cold.client("ec2", REGION).describe_vpcs()
    cold.client("iam", REGION).list_policies(MaxItems=1)
    cold.client("events", REGION).list_event_buses()
    cold.client("ssm", REGION).describe_parameters()
    assert cold.created_since_snapshot() == []


def test_a_created_resource_is_listed_until_it_is_deleted(emulated: Emulator) -> None:
    emulated.take_snapshot()
    logs = emulated.client("logs", REGION)
    logs.create_log_group(logGroupName="/one")
    (found,) = emulated.created_since_snapshot()
    assert found["name"] in ("/one", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/one")
    assert (found["service"], found["region"], found["kind"]) == ("logs", REGION, "LogGroup")
    logs.delete_log_group(logGroupName="/one")
    assert emulated.created_since_snapshot() == []


def test_credentials_of_an_assumed_role_are_not_listed(emulated: Emulator) -> None:
    emulated.take_snapshot()
    role = "arn:aws:iam::444455556666:role/dns"
    zones = emulated.client_with_role("route53", REGION, role)
    assert emulated.created_since_snapshot() == []
    zones.create_hosted_zone(Name="a.example", CallerReference="1")
    assert {resource["service"] for resource in emulated.created_since_snapshot()} == {"route53"}


def test_an_access_key_of_a_user_is_listed(emulated: Emulator) -> None:
    iam = emulated.client("iam", REGION)
    iam.create_user(UserName="deployer")
    emulated.take_snapshot()
    iam.create_access_key(UserName="deployer")
    assert kinds(emulated) == ["iam AccessKey"]


def test_a_resource_in_the_snapshot_is_not_listed(emulated: Emulator) -> None:
    route53 = emulated.client("route53", REGION)
    zone = route53.create_hosted_zone(Name="a.example", CallerReference="1")["HostedZone"]["Id"]
    emulated.take_snapshot()
    assert emulated.created_since_snapshot() == []
    record = {
        "Name": "b.a.example",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"x"'}],
    }
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    # A new part of an existing resource is listed.
    assert kinds(emulated) == ["route53 RecordSet"]


def test_parts_of_a_new_resource_are_not_listed_separately(emulated: Emulator) -> None:
    emulated.take_snapshot()
    ec2 = emulated.client("ec2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)
    assert kinds(emulated) == ["ec2 SecurityGroup"]


def test_resources_of_all_regions_are_listed(emulated: Emulator) -> None:
    emulated.take_snapshot()
    emulated.client("sns", "ap-south-1").create_topic(Name="t")
    (topic,) = emulated.created_since_snapshot()
    assert (topic["region"], topic["kind"]) == ("ap-south-1", "Topic")


def resource(service: str, kind: str, status: str) -> dict[str, str]:
    return {
        "service": service,
        "region": REGION,
        "kind": kind,
        "name": "n",
        "status": status,
    }


@pytest.mark.parametrize(("service", "kind"), EXPECTED)
def test_resources_that_aws_keeps_are_expected_leftovers(service: str, kind: str) -> None:
    status, reason = EXPECTED[service, kind]
    unexpected, expected = classify_leftovers(
        [resource(service, kind, status), resource("sns", "Topic", "")]
    )
    assert [(leftover.kind, leftover.reason) for leftover in unexpected] == [("Topic", "")]
    assert [(leftover.kind, leftover.reason) for leftover in expected] == [(kind, reason)]


def test_an_active_resource_is_an_unexpected_leftover() -> None:
    unexpected, expected = classify_leftovers([resource("ecs", "Service", "ACTIVE")])
    assert [leftover.kind for leftover in unexpected] == ["Service"]
    assert expected == ()


def test_an_active_revision_is_expected_only_after_a_lost_response() -> None:
    revision = resource("ecs", "TaskDefinition", "ACTIVE")
    assert [leftover.kind for leftover in classify_leftovers([revision])[0]] == ["TaskDefinition"]
    unexpected, expected = classify_leftovers(
        [revision, resource("ecs", "Service", "ACTIVE")], responses_were_lost=True
    )
    assert [leftover.kind for leftover in unexpected] == ["Service"]
    assert [leftover.reason for leftover in expected] == [
        "the response was lost, and ECS registered another revision"
    ]
