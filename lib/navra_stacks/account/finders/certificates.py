"""Finders for ACM certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, describe
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
)

__all__ = ["certificate", "other_certificates"]

# By default, ACM lists only the certificates with 2048-bit RSA keys.
KEYS = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"]
KEYS += ["EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]


def certificate(target: LookupTarget) -> Iterator[Candidate]:
    """Find a public ACM certificate by its domain name.

    The finder yields the certificates that the target's existing listeners present. If there are
    none, it yields the issued certificates, else the certificates that are pending validation.
    """
    certificates = _certificates(target, target["domain_name"])
    presented = _presented_arns(target)
    for preferred in (
        [live for live in certificates if live["CertificateArn"] in presented],
        [live for live in certificates if live["Status"] == "ISSUED"],
        [live for live in certificates if live["Status"] == "PENDING_VALIDATION"],
    ):
        if preferred:
            yield from map(_candidate, preferred)
            return


def _certificates(target: LookupTarget | LookupResults, domain: str) -> list[Any]:
    """Return the details of a domain's public certificates from ACM, in any status.

    Imported certificates and certificates of a private CA are left out.
    """
    summaries = target.account.list_all("acm", "list_certificates", Includes={"keyTypes": KEYS})
    described = [
        response["Certificate"]
        for summary in summaries
        if summary.get("DomainName") == domain
        and (
            response := target.account.find(
                "acm", "describe_certificate", CertificateArn=summary["CertificateArn"]
            )
        )
        is not None
    ]
    return [live for live in described if live.get("Type", "AMAZON_ISSUED") == "AMAZON_ISSUED"]


def _presented_arns(target: LookupTarget) -> set[str]:
    """Return the ARNs of the certificates that the existing listeners of the target present."""
    listeners = [*target.referenced_by("aws_lb_listener", "arn")]
    for validation in target.referenced_by("aws_acm_certificate_validation", "arn"):
        listeners += validation.referenced_by("aws_lb_listener", "certificate_arn")
    return {
        presented["CertificateArn"]
        for listener in listeners
        if (match := listener.match()) is not None
        for presented in match.live.get("Certificates", ())
    }


def _candidate(live: Mapping[str, Any]) -> Candidate:
    arn = live["CertificateArn"]
    options = [
        {
            "domain_name": option["DomainName"],
            "resource_record_name": option["ResourceRecord"]["Name"],
            "resource_record_type": option["ResourceRecord"]["Type"],
            "resource_record_value": option["ResourceRecord"]["Value"],
        }
        for option in live.get("DomainValidationOptions", ())
        if "ResourceRecord" in option
    ]
    attributes = {"arn": arn, "id": arn, "domain_validation_options": options}
    return Candidate(arn, attributes, _description(live), live)


def _description(live: Mapping[str, Any]) -> str:
    expires = live.get("NotAfter")
    users = ", ".join(arn.rpartition(":")[2] for arn in live.get("InUseBy", ()))
    return describe(
        live["Status"].lower(),
        created(live.get("CreatedAt")),
        f"expires {expires:%Y-%m-%d}" if expires else "",
        f"used by {users}" if users else "not in use",
    )


def other_certificates(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find the public certificates for the domains of the matched certificates.

    The result also contains the certificates that the matched listeners present.
    """
    for target in results.targets("aws_acm_certificate"):
        if target.match() is not None:
            for live in _certificates(results, target["domain_name"]):
                yield UnmanagedResource(
                    "aws_acm_certificate", live["CertificateArn"], _description(live)
                )
    for listener in results.matches("aws_lb_listener").values():
        for presented in listener.live.get("Certificates", ()):
            yield UnmanagedResource(
                "aws_acm_certificate",
                presented["CertificateArn"],
                f"presented by the listener on port {listener.live['Port']}",
            )
