"""Patches for S3 buckets, compared with moto without patches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client

DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::states", "arn:aws:s3:::states/*"],
}
WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def store(client: Client, statement: Any) -> None:
    """Store an object in a bucket with a policy, and read it."""
    s3 = client("s3")
    s3.create_bucket(Bucket="states")
    policy = {"Version": "2012-10-17", "Statement": statement}
    s3.put_bucket_policy(Bucket="states", Policy=json.dumps(policy))
    s3.put_object(Bucket="states", Key="one", Body=b"state")
    assert s3.get_object(Bucket="states", Key="one")["Body"].read() == b"state"


@pytest.mark.parametrize("several", [True, False])
def test_a_policy_that_requires_tls_allows_requests(
    patched: Client, unpatched: Client, several: bool
) -> None:
    statement = DENY | {"Condition": WITHOUT_TLS}
    store(patched, [statement] if several else statement)
    with pytest.raises(ClientError):
        store(unpatched, [statement])


def test_a_policy_that_denies_every_request_is_applied(patched: Client) -> None:
    with pytest.raises(ClientError):
        store(patched, [DENY, DENY | {"Condition": WITHOUT_TLS}])
