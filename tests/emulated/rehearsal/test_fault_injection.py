"""Fault injection in the emulator: which calls fail, and how."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.fault_injection import FaultInjector, mutating_action
from tests.support.handmade_account.console import REGION

Call = Callable[[Emulator], Any]


@cache
def client_without_retries(emulator: Emulator, service: str) -> Any:
    return emulator.session(REGION).client(
        service,
        endpoint_url=emulator.endpoint,
        config=Config(retries={"total_max_attempts": 1}),
    )


CALLS: dict[str, Call] = {
    "CreateVpc": lambda emulator: client_without_retries(emulator, "ec2").create_vpc(
        CidrBlock="10.0.0.0/16"
    ),
    "CreateRole": lambda emulator: client_without_retries(emulator, "iam").create_role(
        RoleName="r", AssumeRolePolicyDocument="{}"
    ),
    "CreateCluster": lambda emulator: client_without_retries(emulator, "ecs").create_cluster(
        clusterName="c"
    ),
    "POST /2013-04-01/hostedzone": lambda emulator: client_without_retries(
        emulator, "route53"
    ).create_hosted_zone(Name="a.example", CallerReference="1"),
}
"""A call for each of AWS's API protocols."""


@pytest.mark.parametrize("action", CALLS)
@pytest.mark.parametrize(
    ("kind", "code"), [("throttle", "ThrottlingException"), ("error", "InternalFailure")]
)
def test_a_call_fails_before_it_takes_effect(
    emulated: Emulator, action: str, kind: str, code: str
) -> None:
    emulated.start_failing(kind)
    with pytest.raises(ClientError) as failed:
        CALLS[action](emulated)
    assert failed.value.response["Error"]["Code"] == code
    assert emulated.stop_failing() == [action]
    assert emulated.created_since_snapshot() == []
    CALLS[action](emulated)
    assert emulated.created_since_snapshot() != []


@pytest.mark.parametrize("action", CALLS)
def test_the_first_response_is_lost_after_the_call_took_effect(
    emulated: Emulator, action: str
) -> None:
    emulated.start_failing("lost")
    with pytest.raises(Exception, match=r"closed|502|Connection"):
        CALLS[action](emulated)
    assert emulated.created_since_snapshot() != []
    # The retry gets the service's response: it creates a second resource, or returns an error.
    with suppress(ClientError):
        CALLS[action](emulated)
    assert emulated.stop_failing() == [action]


def test_an_error_response_has_the_format_of_its_service() -> None:
    faults = FaultInjector(lambda *_: ())
    faults.start("error")
    for service, start in (("route53", b"<ErrorResponse>"), ("ec2", b"<Response>")):
        scope = f"AKIA/20260101/eu-west-1/{service}/aws4_request"
        request = {
            "REQUEST_METHOD": "POST",
            # The signature contains "ec2" for both services.
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0ec2",
            "wsgi.input": BytesIO(),
        }
        (response,) = faults(request, lambda *_: None)
        assert response.startswith(start)


def test_calls_that_only_read_do_not_fail(emulated: Emulator) -> None:
    emulated.start_failing("error")
    emulated.client("ec2", REGION).describe_vpcs()
    emulated.client("ecs", REGION).list_clusters()
    emulated.client("iam", REGION).list_roles()
    emulated.client("route53", REGION).list_hosted_zones()
    assert emulated.stop_failing() == []


@pytest.mark.parametrize(
    ("request_", "body", "action"),
    [
        ({"HTTP_X_AMZ_TARGET": "Logs_20140328.CreateLogGroup"}, b"{}", "CreateLogGroup"),
        ({"HTTP_X_AMZ_TARGET": "Logs_20140328.DescribeLogGroups"}, b"{}", None),
        ({}, b"Version=1&Action=CreateVpc", "CreateVpc"),
        ({}, b"Action=GetRole", None),
        ({"REQUEST_METHOD": "PUT", "PATH_INFO": "/bucket"}, b"", "PUT /bucket"),
        ({"REQUEST_METHOD": "HEAD", "PATH_INFO": "/bucket"}, b"", None),
    ],
)
def test_the_action_of_a_call_is_recognized_in_each_protocol(
    request_: dict[str, str], body: bytes, action: str | None
) -> None:
    assert mutating_action(request_ | {"wsgi.input": BytesIO(body)}, body) == action
