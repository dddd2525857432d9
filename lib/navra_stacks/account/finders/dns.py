"""Finders for Route 53 hosted zones and records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import describe
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
)

__all__ = ["alias_target", "hosted_zone", "live_records", "other_records", "record"]


def hosted_zone(target: LookupTarget) -> Iterator[Candidate]:
    """Find a hosted zone by its ID or name, in the same way as the provider's data source.

    A resource is a private zone if it has a block `vpc`.
    """
    if (id_ := target.get("zone_id")) is not None:
        response = target.account.find("route53", "get_hosted_zone", Id=id_)
        zones = [response["HostedZone"]] if response is not None else []
    else:
        zones = target.account.list_all("route53", "list_hosted_zones")
        private = bool(target.get("private_zone", "vpc" in target.block.body))
        zones = [
            zone
            for zone in zones
            if _normalized(zone["Name"]) == _normalized(target["name"])
            and zone["Config"]["PrivateZone"] == private
        ]
    for zone in zones:
        zone_id = zone["Id"].removeprefix("/hostedzone/")
        yield Candidate(
            zone_id,
            {"zone_id": zone_id, "id": zone_id, "name": _normalized(zone["Name"])},
            describe(
                _normalized(zone["Name"]),
                zone["Config"].get("Comment", ""),
                f"{zone.get('ResourceRecordSetCount', '?')} records",
            ),
            zone,
        )


def record(target: LookupTarget) -> Iterator[Candidate]:
    """Find the record sets in a hosted zone by name and type."""
    zone, name = target["zone_id"], _normalized(target["name"])
    for live in live_records(target):
        yield Candidate(
            _import_id(zone, live), {"fqdn": name, "name": name}, _description(live), live
        )


def _import_id(zone: str, live: Mapping[str, Any]) -> str:
    """Return the Terraform import ID of a record set."""
    parts = (zone, _normalized(live["Name"]), live["Type"], live.get("SetIdentifier"))
    return "_".join(filter(None, parts))


def live_records(target: LookupTarget) -> list[Any]:
    """Return the live record sets whose hosted zone, name and type are those of the target.

    There are several for a routing policy, for example weighted records. If the target has a
    ``set_identifier``, only the record set with that identifier is returned.
    """
    name, type_ = _normalized(target["name"]), target["type"]
    found = [live for live in _records(target, target["zone_id"], name) if live["Type"] == type_]
    if (identifier := target.get("set_identifier")) is not None:
        found = [live for live in found if live.get("SetIdentifier") == identifier]
    return found


def _records(target: LookupTarget, zone: str, name: str) -> list[Any]:
    """Return the record sets in a hosted zone whose name is `name`.

    Route 53 lists record sets in the order of their names, so one page is enough.
    """
    response = target.account.find(
        "route53",
        "list_resource_record_sets",
        HostedZoneId=zone,
        StartRecordName=name,
        MaxItems="100",
    )
    found = response["ResourceRecordSets"] if response is not None else []
    return [live for live in found if _normalized(live["Name"]) == name]


def alias_target(live: Mapping[str, Any]) -> str:
    """Return the DNS name, without ``dualstack.``, to which an alias record points.

    Return an empty string for any other record.
    """
    alias = live.get("AliasTarget", {}).get("DNSName", "")
    return _normalized(alias).removeprefix("dualstack.")


def _normalized(name: str) -> str:
    """Return a DNS name in lower case, without the final dot, and with ``*`` unescaped."""
    return name.lower().rstrip(".").replace("\\052", "*")


def _description(live: Mapping[str, Any]) -> str:
    values = [value["Value"] for value in live.get("ResourceRecords", ())]
    return describe(
        f"{live['Type']} {_normalized(live['Name'])}",
        f"to {alias_target(live)}" if alias_target(live) else "",
        f"to {' '.join(values)}" if values and live["Type"] in ("A", "AAAA", "CNAME") else "",
        live.get("SetIdentifier", ""),
    )


def other_records(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find the records of any type that have the same name as a matched record."""
    for match, target in _matched_records(results):
        zone = target["zone_id"]
        for live in _records(target, zone, match.attributes["name"]):
            yield UnmanagedResource(
                "aws_route53_record", _import_id(zone, live), _description(live)
            )


def _matched_records(results: LookupResults) -> Iterator[tuple[Candidate, LookupTarget]]:
    for target in results.targets("aws_route53_record"):
        if (match := target.match()) is not None:
            yield match, target
