"""Certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, Survey, UnmanagedResource

__all__ = ["certificate", "other_certificates"]

# AWS lists those with 2048-bit RSA keys alone unless all are asked for.
KEYS = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"]
KEYS += ["EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]


def certificate(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its domain: the one that a described listener presents, else those that are issued.

    Without these, those that wait to be issued.
    """
    found = _of(wanted, wanted["domain_name"])
    presented = _presented(wanted)
    for choice in (
        [one for one in found if one["CertificateArn"] in presented],
        [one for one in found if one["Status"] == "ISSUED"],
        [one for one in found if one["Status"] == "PENDING_VALIDATION"],
    ):
        if choice:
            yield from map(_candidate, choice)
            return


def _of(wanted: LookupTarget | Survey, domain: str) -> list[Any]:
    """The certificates of AWS's own for a domain, each described."""
    summaries = wanted.account.all("acm", "list_certificates", Includes={"keyTypes": KEYS})
    described = [
        answer["Certificate"]
        for one in summaries
        if one.get("DomainName") == domain
        and (
            answer := wanted.account.look(
                "acm", "describe_certificate", CertificateArn=one["CertificateArn"]
            )
        )
        is not None
    ]
    return [one for one in described if one.get("Type", "AMAZON_ISSUED") == "AMAZON_ISSUED"]


def _presented(wanted: LookupTarget) -> set[str]:
    """What the listeners present whose certificate the document says is this one."""
    listeners = [*wanted.referring("aws_lb_listener", "arn")]
    for validation in wanted.referring("aws_acm_certificate_validation", "arn"):
        listeners += validation.referring("aws_lb_listener", "certificate_arn")
    return {
        one["CertificateArn"]
        for listener in listeners
        if (found := listener.found()) is not None
        for one in found.live.get("Certificates", ())
    }


def _candidate(live: Mapping[str, Any]) -> Candidate:
    arn = live["CertificateArn"]
    options = [
        {
            "domain_name": one["DomainName"],
            "resource_record_name": one["ResourceRecord"]["Name"],
            "resource_record_type": one["ResourceRecord"]["Type"],
            "resource_record_value": one["ResourceRecord"]["Value"],
        }
        for one in live.get("DomainValidationOptions", ())
        if "ResourceRecord" in one
    ]
    attributes = {"arn": arn, "id": arn, "domain_validation_options": options}
    return Candidate(arn, attributes, _told(live), live)


def _told(live: Mapping[str, Any]) -> str:
    expires = live.get("NotAfter")
    used = ", ".join(one.rpartition(":")[2] for one in live.get("InUseBy", ()))
    return told(
        live["Status"].lower(),
        created(live.get("CreatedAt")),
        f"expires {expires:%Y-%m-%d}" if expires else "",
        f"used by {used}" if used else "used by nothing",
    )


def other_certificates(survey: Survey) -> Iterator[UnmanagedResource]:
    """Other certificates for the domains of the found ones, and others that listeners present."""
    for wanted in survey.wanted("aws_acm_certificate"):
        if wanted.found() is not None:
            for live in _of(survey, wanted["domain_name"]):
                yield UnmanagedResource("aws_acm_certificate", live["CertificateArn"], _told(live))
    for listener in survey.found("aws_lb_listener").values():
        for one in listener.live.get("Certificates", ()):
            presented = f"presented by the listener on {listener.live['Port']}"
            yield UnmanagedResource("aws_acm_certificate", one["CertificateArn"], presented)
