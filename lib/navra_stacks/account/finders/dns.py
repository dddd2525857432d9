"""Hosted zones and their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, Survey, UnmanagedResource

__all__ = ["live_records", "looked_up_zone", "others_of_the_host", "record", "target"]


def looked_up_zone(wanted: LookupTarget) -> Iterator[Candidate]:
    """As the provider's data source does."""
    if (id_ := wanted.get("zone_id")) is not None:
        answer = wanted.account.look("route53", "get_hosted_zone", Id=id_)
        zones = [answer["HostedZone"]] if answer is not None else []
    else:
        zones = wanted.account.all("route53", "list_hosted_zones")
        private = bool(wanted.get("private_zone", False))
        zones = [
            zone
            for zone in zones
            if _plain(zone["Name"]) == _plain(wanted["name"])
            and zone["Config"]["PrivateZone"] == private
        ]
    for zone in zones:
        zone_id = zone["Id"].removeprefix("/hostedzone/")
        yield Candidate(
            zone_id,
            {"zone_id": zone_id, "id": zone_id, "name": _plain(zone["Name"])},
            told(
                _plain(zone["Name"]),
                zone["Config"].get("Comment", ""),
                f"{zone.get('ResourceRecordSetCount', '?')} records",
            ),
            zone,
        )


def record(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its zone, its name and its type."""
    zone, name = wanted["zone_id"], _plain(wanted["name"])
    for live in live_records(wanted):
        yield Candidate(_id(zone, live), {"fqdn": name, "name": name}, _told(live), live)


def _id(zone: str, live: Mapping[str, Any]) -> str:
    """What Terraform imports a record set by."""
    parts = (zone, _plain(live["Name"]), live["Type"], live.get("SetIdentifier"))
    return "_".join(filter(None, parts))


def live_records(wanted: LookupTarget) -> list[Any]:
    """The record sets of a zone that have the name and type of a described one.

    Where it has a ``set_identifier``, that one alone; else there are several if they are weighted.
    """
    name, type_ = _plain(wanted["name"]), wanted["type"]
    found = [live for live in _records(wanted, wanted["zone_id"], name) if live["Type"] == type_]
    if (identifier := wanted.get("set_identifier")) is not None:
        found = [live for live in found if live.get("SetIdentifier") == identifier]
    return found


def _records(wanted: LookupTarget | Survey, zone: str, name: str) -> list[Any]:
    """The record sets of a name. A zone lists them in order, so the rest is not read."""
    answer = wanted.account.look(
        "route53",
        "list_resource_record_sets",
        HostedZoneId=zone,
        StartRecordName=name,
        MaxItems="100",
    )
    found = answer["ResourceRecordSets"] if answer is not None else []
    return [live for live in found if _plain(live["Name"]) == name]


def target(live: Mapping[str, Any]) -> str:
    """Where an alias record points: a load balancer's own name; empty for any other record."""
    alias = live.get("AliasTarget", {}).get("DNSName", "")
    return _plain(alias).removeprefix("dualstack.")


def _plain(name: str) -> str:
    """A name as people write it: without the last dot, and with the star that AWS escapes."""
    return name.lower().rstrip(".").replace("\\052", "*")


def _told(live: Mapping[str, Any]) -> str:
    values = [one["Value"] for one in live.get("ResourceRecords", ())]
    return told(
        f"{live['Type']} {_plain(live['Name'])}",
        f"to {target(live)}" if target(live) else "",
        f"to {' '.join(values)}" if values and live["Type"] in ("A", "AAAA", "CNAME") else "",
        live.get("SetIdentifier", ""),
    )


def others_of_the_host(survey: Survey) -> Iterator[UnmanagedResource]:
    """Records of another type under the names of the described ones."""
    for found, wanted in _found(survey):
        zone = wanted["zone_id"]
        for live in _records(survey, zone, found.attributes["name"]):
            yield UnmanagedResource("aws_route53_record", _id(zone, live), _told(live))


def _found(survey: Survey) -> Iterator[tuple[Candidate, LookupTarget]]:
    for wanted in survey.wanted("aws_route53_record"):
        if (found := wanted.found()) is not None:
            yield found, wanted
