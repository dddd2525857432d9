"""Patches for ACM certificates, compared with moto without patches."""

from __future__ import annotations

from tests.support.emulator_clients import Client


def test_a_certificate_is_issued_immediately(patched: Client, unpatched: Client) -> None:
    assert status(patched) == "ISSUED"
    assert status(unpatched) == "PENDING_VALIDATION"


def status(client: Client) -> str:
    acm = client("acm")
    arn = acm.request_certificate(DomainName="shop.example", ValidationMethod="DNS")[
        "CertificateArn"
    ]
    return str(acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"])
