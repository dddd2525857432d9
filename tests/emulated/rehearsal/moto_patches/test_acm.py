"""What the emulator does with certificates, and moto does not."""

from __future__ import annotations

from tests.support.emulator_clients import Client


def test_a_certificate_is_issued_at_once(taught: Client, untaught: Client) -> None:
    assert status(taught) == "ISSUED"
    assert status(untaught) == "PENDING_VALIDATION"


def status(client: Client) -> str:
    acm = client("acm")
    arn = acm.request_certificate(DomainName="shop.example", ValidationMethod="DNS")[
        "CertificateArn"
    ]
    return str(acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"])
