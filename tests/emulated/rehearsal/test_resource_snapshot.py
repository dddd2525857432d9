"""What is left is seen in the emulator's memory, whichever service it belongs to."""

from __future__ import annotations

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.leftovers import KEPT, classify_leftovers
from tests.support.handmade_account.console import ACCOUNT
from tests.support.shared_emulator import KeptEmulator

REGION = "eu-west-1"


def kinds(emulator: Emulator) -> list[str]:
    return sorted(f"{one['service']} {one['kind']}" for one in emulator.since())


@pytest.fixture
def cold(running: KeptEmulator) -> Emulator:
    """One that nobody has asked anything yet, so that no service has been born."""
    running.back(running.cold)
    return running


def test_what_the_emulator_is_born_with_is_not_new(cold: Emulator) -> None:
    cold.remember()
    # Each of these has something of its own from the beginning: a VPC, policies, a key, a bus.
    cold.client("ec2", REGION).describe_vpcs()
    cold.client("iam", REGION).list_policies(MaxItems=1)
    cold.client("events", REGION).list_event_buses()
    cold.client("ssm", REGION).describe_parameters()
    assert cold.since() == []


def test_what_was_made_is_told_until_it_is_gone(emulated: Emulator) -> None:
    emulated.remember()
    logs = emulated.client("logs", REGION)
    logs.create_log_group(logGroupName="/one")
    (found,) = emulated.since()
    assert found["name"] in ("/one", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/one")
    assert (found["service"], found["region"], found["kind"]) == ("logs", REGION, "LogGroup")
    logs.delete_log_group(logGroupName="/one")
    assert emulated.since() == []


def test_what_was_there_before_is_not_told(emulated: Emulator) -> None:
    route53 = emulated.client("route53", REGION)
    zone = route53.create_hosted_zone(Name="a.example", CallerReference="1")["HostedZone"]["Id"]
    emulated.remember()
    assert emulated.since() == []
    record = {
        "Name": "b.a.example",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"x"'}],
    }
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    # A part of what was there is new, and told.
    assert kinds(emulated) == ["route53 RecordSet"]


def test_parts_of_what_is_new_are_not_told_beside_it(emulated: Emulator) -> None:
    emulated.remember()
    ec2 = emulated.client("ec2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)
    assert kinds(emulated) == ["ec2 SecurityGroup"]


def test_another_region_is_seen_too(emulated: Emulator) -> None:
    emulated.remember()
    emulated.client("sns", "ap-south-1").create_topic(Name="t")
    assert [(one["region"], one["kind"]) for one in emulated.since()] == [("ap-south-1", "Topic")]


def thing(service: str, kind: str, status: str) -> dict[str, str]:
    return {
        "service": service,
        "region": REGION,
        "kind": kind,
        "name": "n",
        "status": status,
    }


@pytest.mark.parametrize(("service", "kind"), KEPT)
def test_what_aws_keeps_is_told_apart_with_the_reason(service: str, kind: str) -> None:
    status, reason = KEPT[service, kind]
    left, kept = classify_leftovers([thing(service, kind, status), thing("sns", "Topic", "")])
    assert [(one.kind, one.reason) for one in left] == [("Topic", "")]
    assert [(one.kind, one.reason) for one in kept] == [(kind, reason)]


def test_what_aws_would_keep_only_once_it_is_deleted_is_left_if_it_is_not() -> None:
    left, kept = classify_leftovers([thing("ecs", "Service", "ACTIVE")])
    assert [one.kind for one in left] == ["Service"]
    assert kept == ()


def test_a_revision_that_nobody_deregistered_is_excused_where_an_answer_was_lost_alone() -> None:
    revision = thing("ecs", "TaskDefinition", "ACTIVE")
    assert [one.kind for one in classify_leftovers([revision])[0]] == ["TaskDefinition"]
    left, kept = classify_leftovers(
        [revision, thing("ecs", "Service", "ACTIVE")], answers_were_lost=True
    )
    assert [one.kind for one in left] == ["Service"]
    assert [one.reason for one in kept] == ["the answer was lost, and ECS registered one more"]
