"""Patches for log groups, compared with moto without patches."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def test_the_key_of_a_log_group_can_be_changed(patched: Client, unpatched: Client) -> None:
    logs = patched("logs")
    logs.create_log_group(logGroupName="shop")
    logs.associate_kms_key(logGroupName="shop", kmsKeyId=KEY)
    (group,) = logs.describe_log_groups()["logGroups"]
    assert group["kmsKeyId"] == KEY
    logs.disassociate_kms_key(logGroupName="shop")
    (group,) = logs.describe_log_groups()["logGroups"]
    assert "kmsKeyId" not in group

    unpatched("logs").create_log_group(logGroupName="shop")
    with pytest.raises(NotImplementedError):
        unpatched("logs").associate_kms_key(logGroupName="shop", kmsKeyId=KEY)


def test_the_key_of_a_missing_log_group_cannot_be_changed(patched: Client) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        patched("logs").associate_kms_key(logGroupName="missing", kmsKeyId=KEY)
