"""The account reader against an emulated account."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from navra_stacks.account.aws_reader import AwsAccount, WrongAccountError

UNREACHABLE = "http://127.0.0.1:9"


def test_another_account_than_the_expected_one_is_refused(account: AwsAccount) -> None:
    account.expected_id = "111122223333"
    with pytest.raises(
        WrongAccountError, match=r"belong to account 625847798833.*use credentials of 111122"
    ):
        _ = account.id
    account.expected_id = "625847798833"
    assert account.id == "625847798833"


def test_a_local_emulator_is_reached_without_the_proxy(
    account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", UNREACHABLE)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert account.id == "625847798833"


def test_a_listing_is_read_to_its_last_page(console: Any, account: AwsAccount) -> None:
    for number in range(5):
        console("logs").create_log_group(logGroupName=f"/many/{number}")
    pages = {"logGroupNamePrefix": "/many/", "limit": 2}
    assert len(account.list_all("logs", "describe_log_groups", **pages)) == 5
    assert account.calls["logs:DescribeLogGroups"] == 3


def test_a_throttled_request_is_sent_again_after_a_delay(
    console: Any, account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A throttled request is answered as the EC2 API does (Query API Reference, "Error codes")."""
    delays: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", delays.append)
    refused = 3
    body = (
        b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow down</Message>"
        b"</Error></Errors><RequestID>1</RequestID></Response>"
    )

    def throttle(**_: Any) -> AWSResponse | None:
        nonlocal refused
        refused -= 1
        if refused < 0:
            return None
        return AWSResponse("http://ec2", 503, {}, SimpleNamespace(stream=lambda: [body]))

    account.client("ec2").meta.events.register("before-send.ec2.DescribeVpcs", throttle)
    assert account.list_all("ec2", "describe_vpcs")
    assert account.retries["ec2:DescribeVpcs"] == 3
    # Each delay is a random part of one that doubles (boto3 guide, "Retries").
    assert len(delays) == 3
    assert all(0 < delay <= 2**number for number, delay in enumerate(delays))
    assert account.calls["ec2:DescribeVpcs"] == 1
