"""Patches for Service Quotas, compared with moto without patches."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client

FARGATE = {"ServiceCode": "fargate", "QuotaCode": "L-3032A538"}


def test_more_services_have_quotas(patched: Client, unpatched: Client) -> None:
    assert patched("service-quotas").get_service_quota(**FARGATE)["Quota"]["Value"] == 6
    with pytest.raises(ClientError):
        unpatched("service-quotas").get_service_quota(**FARGATE)


def test_a_quota_can_be_increased(patched: Client) -> None:
    quotas = patched("service-quotas")
    quotas.request_service_quota_increase(**FARGATE, DesiredValue=10)
    assert quotas.get_service_quota(**FARGATE)["Quota"]["Value"] == 10
    vpcs = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    quotas.request_service_quota_increase(**vpcs, DesiredValue=7)
    assert quotas.get_service_quota(**vpcs)["Quota"]["Value"] == 7


def test_a_quota_has_no_default_besides_its_value(patched: Client) -> None:
    with pytest.raises(ClientError, match="NoSuchResource"):
        patched("service-quotas").get_aws_default_service_quota(**FARGATE)
