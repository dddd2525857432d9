"""Compare the traffic that security groups and network ACLs allow, by ports and networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from navra_stacks.guard.argument_values import strings

__all__ = ["Permission", "acl_permissions", "is_covered", "lost", "opened", "rule_permissions"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_EVERYBODY: tuple[Network, ...] = tuple(map(ipaddress.ip_network, ("0.0.0.0/0", "::/0")))

# The numbers of protocols that have ports or types. Traffic of other protocols is allowed without
# regard to ports. https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_ALL_PORTS = (0, 65535)


@dataclass(frozen=True, slots=True)
class Permission:
    """Traffic that a rule allows: one protocol, one range of ports, and one peer."""

    protocol: str
    """``tcp``, ``udp``, ``icmp``, ``icmpv6``, a number, or ``-1`` for all protocols."""

    first: int
    last: int
    """The range of ports; for ICMP, the range of types and codes."""

    peer: str
    """A network, a prefix list, a security group, or ``the group itself``."""

    network: Network | None
    """The network of the peer; None if the peer is not a network."""

    label: str
    """The rule as in the plan, for example ``tcp 443-443 10.0.0.0/8``."""

    number: int = 0
    """The number of the rule in a network ACL. Rules with a lower number are evaluated first."""


def rule_permissions(rules: Iterable[Mapping[str, Any]]) -> list[Permission]:
    """Return the permissions of the rules of a security group.

    Args:
        rules: Inline rules, or the values of resources for single rules.
    """
    return [
        permission
        for rule in rules
        for peer in _peers(rule)
        if (permission := _permission(rule, peer)) is not None
    ]


def acl_permissions(rules: Iterable[Mapping[str, Any]], action: str) -> list[Permission]:
    """Return the permissions of the inline rules of a network ACL with the action `action`."""
    found = []
    for rule in rules:
        if rule.get("action") != action:
            continue
        for peer in (rule.get("cidr_block"), rule.get("ipv6_cidr_block")):
            if isinstance(peer, str) and peer and (made := _permission(rule, peer)) is not None:
                number = rule.get("rule_no")
                found.append(replace(made, number=number if isinstance(number, int) else 0))
    return found


def is_covered(permission: Permission, permissions: Iterable[Permission]) -> bool:
    """Return True if `permissions` together allow all traffic of `permission`.

    A security group or a prefix list is covered by itself, or by the networks of all IPv4 and IPv6
    addresses.
    """
    candidates = [
        other
        for other in permissions
        if other.protocol in ("-1", permission.protocol)
        and other.first <= permission.last
        and other.last >= permission.first
        and _may_cover_peer(other, permission)
    ]
    if any(_contains(other, permission) for other in candidates):
        return True
    # Between two of these ports, the same candidates apply.
    starts = {permission.first} | {
        start
        for other in candidates
        for start in (other.first, other.last + 1)
        if permission.first <= start <= permission.last
    }
    return all(
        _peer_is_covered(
            permission, [other for other in candidates if other.first <= start <= other.last]
        )
        for start in starts
    )


def lost(before: Iterable[Permission], after: Iterable[Permission]) -> list[str]:
    """Return the labels of the permissions in `before` that `after` does not cover."""
    remaining = list(after)
    return sorted({one.label for one in before if not is_covered(one, remaining)})


def opened(before: Iterable[Permission], after: Iterable[Permission]) -> Iterator[str]:
    """Yield a label for the traffic of all addresses that `after` allows and `before` does not."""
    existing, planned = list(before), list(after)
    labels: dict[str, None] = {}
    for one in planned:
        if one.network is None:
            continue
        for everybody in _EVERYBODY:
            label = f"{one.label.rpartition(' ')[0]} {everybody}"
            wide = replace(one, network=everybody, peer=str(everybody), label=label)
            if (
                everybody.version == one.network.version
                and is_covered(wide, planned)
                and not is_covered(wide, existing)
            ):
                labels[label] = None
    yield from labels


def _peers(rule: Mapping[str, Any]) -> Iterator[str]:
    for name in ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"):
        yield from strings(rule.get(name))
    names = "cidr_ipv4 cidr_ipv6 prefix_list_id referenced_security_group_id".split()
    # `source_security_group_id` is an argument of the older `aws_security_group_rule`.
    for name in (*names, "source_security_group_id"):
        if isinstance(peer := rule.get(name), str) and peer:
            yield peer
    if rule.get("self") is True:
        yield "the group itself"


def _permission(rule: Mapping[str, Any], peer: str) -> Permission | None:
    written = rule.get("protocol", rule.get("ip_protocol"))
    if not isinstance(written, str | int) or isinstance(written, bool):
        return None
    protocol = _PROTOCOLS.get(str(written).lower(), str(written).lower())
    first, last = _ports(rule, protocol)
    try:
        network = ipaddress.ip_network(peer, strict=False)
    except ValueError:
        network = None
    ports = "" if protocol == "-1" else f" {rule.get('from_port')}-{rule.get('to_port')}"
    name = "all traffic" if protocol == "-1" else str(written)
    return Permission(protocol, first, last, peer, network, f"{name}{ports} {peer}")


def _ports(rule: Mapping[str, Any], protocol: str) -> tuple[int, int]:
    first, last = _number(rule.get("from_port")), _number(rule.get("to_port"))
    if protocol in ("tcp", "udp"):
        return _ALL_PORTS if first < 0 or last < 0 else (first, last)
    if protocol in ("icmp", "icmpv6"):
        # A network ACL has arguments of its own for the type and the code.
        kind = _number(rule.get("icmp_type", first))
        code = _number(rule.get("icmp_code", last))
        if kind < 0:
            return _ALL_PORTS
        return (kind * 256, kind * 256 + 255) if code < 0 else (kind * 256 + code,) * 2
    return _ALL_PORTS


def _number(value: Any) -> int:
    """Return a number of a rule; -1 if it has no value, which stands for all."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _may_cover_peer(other: Permission, permission: Permission) -> bool:
    if permission.network is None:
        return other.peer == permission.peer or other.network in _EVERYBODY
    return other.network is not None and other.network.version == permission.network.version


def _contains(other: Permission, permission: Permission) -> bool:
    """Return True if `other` alone allows all traffic of `permission`."""
    return (
        other.first <= permission.first
        and permission.last <= other.last
        and _peer_is_covered(permission, [other])
    )


def _peer_is_covered(permission: Permission, others: list[Permission]) -> bool:
    if any(other.peer == permission.peer for other in others):
        return True
    if permission.network is None:
        return set(_EVERYBODY) <= {other.network for other in others}
    networks = [other.network for other in others if other.network is not None]
    return any(
        permission.network.subnet_of(network)  # type: ignore[arg-type]
        for network in ipaddress.collapse_addresses(networks)  # type: ignore[type-var]
    )
