"""Calls that the emulator fails on purpose: which, and how."""

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
from navra_stacks.rehearsal.emulator.fault_injection import Faults, action_of
from tests.support.handmade_account.console import REGION

Call = Callable[[Emulator], Any]


@cache
def once(emulator: Emulator, service: str) -> Any:
    """A client that asks but once."""
    return emulator.session(REGION).client(
        service,
        endpoint_url=emulator.endpoint,
        config=Config(retries={"total_max_attempts": 1}),
    )


CALLS: dict[str, Call] = {
    "CreateVpc": lambda one: once(one, "ec2").create_vpc(CidrBlock="10.0.0.0/16"),
    "CreateRole": lambda one: once(one, "iam").create_role(
        RoleName="r", AssumeRolePolicyDocument="{}"
    ),
    "CreateCluster": lambda one: once(one, "ecs").create_cluster(clusterName="c"),
    "POST /2013-04-01/hostedzone": lambda one: once(one, "route53").create_hosted_zone(
        Name="a.example", CallerReference="1"
    ),
}
"""One of each protocol that AWS speaks."""


@pytest.mark.parametrize("action", CALLS)
@pytest.mark.parametrize(
    ("kind", "code"), [("throttle", "ThrottlingException"), ("error", "InternalFailure")]
)
def test_a_call_is_refused_before_it_takes_effect(
    emulated: Emulator, action: str, kind: str, code: str
) -> None:
    emulated.fail(kind)
    with pytest.raises(ClientError) as refused:
        CALLS[action](emulated)
    assert refused.value.response["Error"]["Code"] == code
    assert emulated.recover() == [action]
    assert emulated.since() == []
    CALLS[action](emulated)
    assert emulated.since() != []


@pytest.mark.parametrize("action", CALLS)
def test_an_answer_is_lost_once_after_the_call_took_effect(emulated: Emulator, action: str) -> None:
    emulated.fail("lost")
    with pytest.raises(Exception, match=r"closed|502|Connection"):
        CALLS[action](emulated)
    assert emulated.since() != []
    # The same again is answered: by a second one, or by a refusal, as the service does it.
    with suppress(ClientError):
        CALLS[action](emulated)
    assert emulated.recover() == [action]


def test_a_refusal_is_spelled_as_the_service_does_it_whatever_the_signature() -> None:
    faults = Faults(lambda *_: ())
    faults.begin("error")
    for service, spelled in (("route53", b"<ErrorResponse>"), ("ec2", b"<Response>")):
        scope = f"AKIA/20260101/eu-west-1/{service}/aws4_request"
        request = {
            "REQUEST_METHOD": "POST",
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0ec2",
            "wsgi.input": BytesIO(),
        }
        (answer,) = faults(request, lambda *_: None)
        assert answer.startswith(spelled)


def test_calls_that_only_read_are_spared(emulated: Emulator) -> None:
    emulated.fail("error")
    emulated.client("ec2", REGION).describe_vpcs()
    emulated.client("ecs", REGION).list_clusters()
    emulated.client("iam", REGION).list_roles()
    emulated.client("route53", REGION).list_hosted_zones()
    assert emulated.recover() == []


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
def test_a_call_is_named_whatever_its_protocol(
    request_: dict[str, str], body: bytes, action: str | None
) -> None:
    assert action_of(request_ | {"wsgi.input": BytesIO(body)}, body) == action
