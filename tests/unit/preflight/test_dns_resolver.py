"""Delegations as a DNS resolver returns them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dns import rcode

from navra_stacks.errors import NavraError
from navra_stacks.preflight import dns_resolver
from navra_stacks.preflight.dns_resolver import Delegation, DnsResolver
from tests.support.dns_server import DnsServer

ZONES = {
    "shop.example": ("NS-1.AWSDNS.example", "ns-2.awsdns.example"),
    "empty.example": (),
    "lame.example": rcode.SERVFAIL,
    "refused.example": rcode.REFUSED,
}


@pytest.fixture(scope="module")
def resolver() -> Iterator[DnsResolver]:
    with DnsServer(ZONES) as server:
        yield DnsResolver(server.address)


def test_the_name_servers_of_a_zone_are_returned_in_one_spelling(resolver: DnsResolver) -> None:
    found = resolver.delegation("shop.example")
    assert found == Delegation(frozenset({"ns-1.awsdns.example", "ns-2.awsdns.example"}))


@pytest.mark.parametrize("zone", ["missing.example", "empty.example"])
def test_a_zone_without_ns_records_has_no_delegation(zone: str, resolver: DnsResolver) -> None:
    assert resolver.delegation(zone) == Delegation()


def test_a_zone_whose_name_servers_do_not_answer_is_broken(resolver: DnsResolver) -> None:
    assert "SERVFAIL" in resolver.delegation("lame.example").broken


def test_a_refused_query_says_nothing_about_the_zone(resolver: DnsResolver) -> None:
    found = resolver.delegation("refused.example")
    assert (found.name_servers, found.broken) == (frozenset(), "")
    assert "no usable answer" in found.unreadable


def test_a_resolver_that_does_not_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_resolver, "TIMEOUT_SECONDS", 0.2)
    found = DnsResolver("127.0.0.1:9").delegation("shop.example")
    assert found.unreadable == "the DNS resolver does not answer within 0.2 seconds"


@pytest.mark.parametrize(
    ("address", "parsed"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_an_address_has_an_optional_port(address: str, parsed: tuple[str, int]) -> None:
    assert DnsResolver(address)._address == parsed


@pytest.mark.parametrize(
    "address", ["", "dns.example", "192.0.2.53:x", "192.0.2.53:70000", "a@192.0.2.1", "192.0.2.1/"]
)
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(NavraError, match=r"--resolver .* is not an IP address with an optional"):
        DnsResolver(address)
