"""Faults of selected API calls: which call fails, and how."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.scripted_faults import SCRIPTED_KINDS
from tests.support.handmade_account.console import REGION

CODES = {
    "denied": "AccessDeniedException",
    "throttle": "ThrottlingException",
    "error": "InternalFailure",
}


@cache
def client(emulator: Emulator, service: str, attempts: int = 1) -> Any:
    """Return a client that makes a number of attempts, without long waits between two."""
    return emulator.session(REGION).client(
        service,
        endpoint_url=emulator.endpoint,
        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}),
    )


def clusters(emulator: Emulator) -> list[str]:
    arns = client(emulator, "ecs").list_clusters()["clusterArns"]
    return sorted(arn.rpartition("/")[2] for arn in arns)


def code(failed: pytest.ExceptionInfo[ClientError]) -> str:
    return str(failed.value.response["Error"]["Code"])


@pytest.mark.parametrize("kind", CODES)
def test_only_the_selected_call_of_the_operation_fails(emulated: Emulator, kind: str) -> None:
    ecs = client(emulated, "ecs")
    emulated.fail_call("ecs:CreateCluster", kind, occurrence=2)
    ecs.create_cluster(clusterName="one")
    ecs.describe_clusters(clusters=["one"])
    with pytest.raises(ClientError) as failed:
        ecs.create_cluster(clusterName="two")
    assert code(failed) == CODES[kind]
    ecs.create_cluster(clusterName="three")
    assert clusters(emulated) == ["one", "three"]


def test_a_call_that_only_reads_can_fail(emulated: Emulator) -> None:
    emulated.fail_call("ecs:ListClusters", "denied")
    with pytest.raises(ClientError, match="is not authorized to perform: ecs:ListClusters"):
        clusters(emulated)
    assert clusters(emulated) == []


def test_all_attempts_of_a_call_fail(emulated: Emulator) -> None:
    emulated.fail_call("ecs:CreateCluster", "throttle")
    ecs = client(emulated, "ecs", attempts=3)
    with pytest.raises(ClientError) as failed:
        ecs.create_cluster(clusterName="one")
    assert code(failed) == "ThrottlingException"
    assert emulated.recorded_calls()[-1]["attempts"] == 3
    ecs.create_cluster(clusterName="one")


def test_some_attempts_of_a_call_can_fail(emulated: Emulator) -> None:
    emulated.fail_call("ecs:CreateCluster", "throttle", attempts=2)
    client(emulated, "ecs", attempts=3).create_cluster(clusterName="one")
    assert emulated.recorded_calls()[-1]["attempts"] == 3


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_lost_call_takes_effect_once(emulated: Emulator, attempts: int) -> None:
    ecs = client(emulated, "ecs", attempts)
    container = {"name": "web", "image": "web:1", "memory": 128}
    emulated.fail_call("ecs:RegisterTaskDefinition", "lost")
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        ecs.register_task_definition(family="web", containerDefinitions=[container])
    found = ecs.list_task_definitions(familyPrefix="web")["taskDefinitionArns"]
    assert [arn.rpartition("/")[2] for arn in found] == ["web:1"]


def test_a_retry_of_a_lost_call_can_take_effect_too(emulated: Emulator) -> None:
    ecs = client(emulated, "ecs", attempts=3)
    container = {"name": "web", "image": "web:1", "memory": 128}
    emulated.fail_call("ecs:RegisterTaskDefinition", "lost", attempts=1)
    registered = ecs.register_task_definition(family="web", containerDefinitions=[container])
    assert registered["taskDefinition"]["revision"] == 2


def test_all_calls_fail_once_the_credentials_have_expired(emulated: Emulator) -> None:
    ecs, sts = client(emulated, "ecs"), client(emulated, "sts")
    emulated.expire_credentials("ecs:DescribeClusters", occurrence=2)
    ecs.describe_clusters()
    sts.get_caller_identity()
    for _ in range(2):
        with pytest.raises(ClientError, match="token included in the request is expired") as failed:
            ecs.describe_clusters()
        assert code(failed) == "ExpiredTokenException"
    with pytest.raises(ClientError) as failed:
        ecs.create_cluster(clusterName="one")
    assert code(failed) == "ExpiredTokenException"
    with pytest.raises(ClientError) as failed:
        sts.get_caller_identity()
    assert code(failed) == "ExpiredToken"
    with pytest.raises(ClientError) as failed:
        client(emulated, "ec2").describe_vpcs()
    assert code(failed) == "RequestExpired"
    emulated.clear_faults()
    assert clusters(emulated) == []


@pytest.mark.parametrize(
    ("service", "operation", "method", "expected"),
    [
        ("ec2", "ec2:DescribeVpcs", "describe_vpcs", "UnauthorizedOperation"),
        ("sts", "sts:GetCallerIdentity", "get_caller_identity", "AccessDenied"),
        ("ecr", "ecr:DescribeRepositories", "describe_repositories", "AccessDeniedException"),
    ],
)
def test_a_denial_has_the_error_code_of_its_service(
    emulated: Emulator, service: str, operation: str, method: str, expected: str
) -> None:
    emulated.fail_call(operation, "denied")
    with pytest.raises(ClientError) as failed:
        getattr(client(emulated, service), method)()
    assert code(failed) == expected


def test_several_faults_count_the_same_calls(emulated: Emulator) -> None:
    emulated.fail_call("ecs:ListClusters", "error", occurrence=1)
    emulated.fail_call("*", "denied", occurrence=2)
    with pytest.raises(ClientError, match="InternalFailure"):
        clusters(emulated)
    with pytest.raises(ClientError, match="AccessDenied"):
        clusters(emulated)
    assert clusters(emulated) == []


def test_a_reset_removes_the_faults(emulated: Emulator) -> None:
    emulated.fail_call("ecs:ListClusters", "denied")
    emulated.reset()
    assert clusters(emulated) == []


def test_an_unknown_kind_is_refused(emulated: Emulator) -> None:
    with pytest.raises(ValueError, match="'broken' is not a kind of fault; use one of"):
        emulated.fail_call("ecs:UpdateService", "broken")
    assert "denied" in SCRIPTED_KINDS
