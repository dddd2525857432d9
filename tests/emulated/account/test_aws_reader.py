"""The account reader against an emulated account."""

from __future__ import annotations

from typing import Any

import pytest

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
