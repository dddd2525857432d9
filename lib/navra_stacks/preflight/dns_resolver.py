"""Queries of public DNS, through the resolver of the machine or another one."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from dns import exception, rcode, resolver

from navra_stacks.errors import NavraError

__all__ = ["Delegation", "DnsResolver"]

TIMEOUT_SECONDS = 10


class Delegation(NamedTuple):
    """The name servers of a zone in DNS, or the reason why there are none."""

    name_servers: frozenset[str] = frozenset()
    """The host names in lower case, without the dot at the end; empty without a delegation."""

    broken: str = ""
    """The reason why the zone has a delegation but no answer; empty if it answers."""

    unreadable: str = ""
    """The reason why it is not known whether there is a delegation; empty if it is known."""


class DnsResolver:
    """A recursive resolver.

    Args:
        address: The IP address, with a port as in ``192.0.2.53:5353`` or ``[2001:db8::53]:5353`` if
            it is not 53; None for the resolver of the machine.

    Raises:
        NavraError: `address` is not an IP address with an optional port.
    """

    def __init__(self, address: str | None = None) -> None:
        self._address = None if address is None else _parse(address)

    def delegation(self, zone: str) -> Delegation:
        """Return the delegation of a zone.

        Args:
            zone: The name of the zone, for example ``shop.example``.
        """
        try:
            answer = self._resolver().resolve(
                f"{zone}.", "NS", search=False, lifetime=TIMEOUT_SECONDS
            )
        except (resolver.NXDOMAIN, resolver.NoAnswer):
            return Delegation()
        except resolver.NoNameservers as error:
            codes = {
                response.rcode()
                for *_, response in error.kwargs.get("errors", ())
                if response is not None
            }
            if codes == {rcode.SERVFAIL}:
                return Delegation(broken="the resolver gets no answer from them (SERVFAIL)")
            return Delegation(unreadable=f"the DNS resolver gives no usable answer: {error}")
        except exception.Timeout:
            return Delegation(
                unreadable=f"the DNS resolver does not answer within {TIMEOUT_SECONDS} seconds"
            )
        except (exception.DNSException, OSError) as error:
            return Delegation(unreadable=f"DNS cannot be queried: {error}")
        return Delegation(frozenset(str(record.target).lower().rstrip(".") for record in answer))

    def _resolver(self) -> resolver.Resolver:
        if self._address is None:
            return resolver.Resolver()
        found = resolver.Resolver(configure=False)
        found.nameservers = [self._address[0]]
        found.port = self._address[1]
        return found


def _parse(address: str) -> tuple[str, int]:
    text = f"[{address}]" if address.count(":") > 1 and "[" not in address else address
    try:
        parts = urlsplit(f"//{text}")
        host = str(ipaddress.ip_address(parts.hostname or ""))
        port = 53 if parts.port is None else parts.port
        if text.rpartition("@")[0] or parts.path or parts.query or parts.fragment:
            raise ValueError
    except ValueError:
        raise NavraError(
            f"--resolver {address!r} is not an IP address with an optional port; write it as "
            "192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353"
        ) from None
    return host, port
