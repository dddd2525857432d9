"""Patches for Route 53 hosted zones, compared with moto without patches."""

from __future__ import annotations

from typing import Any

from tests.support.emulator_clients import Client


def delegation_sets(client: Client) -> tuple[list[Any], list[str]]:
    """Create a zone; return the reusable delegation sets, and the name servers of the zone."""
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="shop.example", CallerReference="1")
    found = route53.get_hosted_zone(Id=zone["HostedZone"]["Id"])
    sets = route53.list_reusable_delegation_sets()["DelegationSets"]
    return list(sets), list(found["DelegationSet"]["NameServers"])


def test_a_hosted_zone_has_name_servers_without_a_reusable_delegation_set(
    patched: Client, unpatched: Client
) -> None:
    sets, name_servers = delegation_sets(patched)
    assert sets == []
    assert len(name_servers) == 4
    assert len(delegation_sets(unpatched)[0]) == 1


def test_a_reusable_delegation_set_is_listed(patched: Client) -> None:
    patched("route53").create_reusable_delegation_set(CallerReference="1")
    assert len(delegation_sets(patched)[0]) == 1
