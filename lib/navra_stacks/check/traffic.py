"""The security group rules of a document, in one form for all resource types."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.values import Values, remember

__all__ = ["ANYWHERE", "TrafficRule", "traffic_rules"]

ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
"""The networks that contain all addresses."""

_LONGEST_PREFIX = 7
"""The prefix length of a network that is a considerable part of the internet: the largest that a
company owns, and the largest private one, have the length 8."""

_NOT_PUBLIC = (ipaddress.ip_network("224.0.0.0/3"), ipaddress.ip_network("fc00::/6"))
"""Private, link-local, multicast and reserved networks with a shorter or the same length."""

Direction = Literal["ingress", "egress"]

_DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


class TrafficRule(NamedTuple):
    """Traffic that a security group allows."""

    resource: CheckedResource
    argument: str
    """The path of the inline rule; empty for a rule that is a resource."""
    direction: Direction
    groups: frozenset[str]
    """The addresses of the security groups with the rule."""
    peers: frozenset[str]
    """The addresses of the security groups on the other side."""
    networks: tuple[str, ...]
    """The known networks on the other side."""
    protocol: str | None
    """None if it is not known; ``-1`` for all."""
    ports: tuple[int, int] | None
    """None if they are not known."""
    has_description: bool

    @property
    def is_anywhere(self) -> bool:
        return any(map(_is_anywhere, self.networks))


@cache
def _is_anywhere(network: str) -> bool:
    """Return True if a network contains all addresses, or a considerable part of them."""
    try:
        known = ipaddress.ip_network(network.strip(), strict=False)
    except ValueError:
        return False
    return known.prefixlen <= _LONGEST_PREFIX and not any(
        known.version == other.version and known.subnet_of(other)  # type: ignore[arg-type]
        for other in _NOT_PUBLIC
    )


def traffic_rules(
    document: CheckedDocument, direction: Direction | None = None
) -> Iterator[TrafficRule]:
    """Yield the security group rules of a document; with `direction`, of this direction only."""
    for rule in remember(document.memo, "traffic rules", lambda: tuple(_all_rules(document))):
        if direction in (None, rule.direction):
            yield rule


def _all_rules(document: CheckedDocument) -> Iterator[TrafficRule]:
    for direction in _DIRECTIONS:
        for one in _instances(document, f"aws_vpc_security_group_{direction}_rule"):
            networks = [one.string(name) for name in ("cidr_ipv4", "cidr_ipv6")]
            yield TrafficRule(
                one,
                "",
                direction,
                one.refers_to("security_group_id"),
                one.refers_to("referenced_security_group_id"),
                tuple(network for network in networks if network is not None),
                one.string("ip_protocol"),
                _ports(one, one.string("ip_protocol")),
                not one.is_absent("description"),
            )
        for group in document.all("aws_security_group", "aws_default_security_group"):
            for index, block in enumerate(group.blocks(direction)):
                argument = f"{direction}[{index}]"
                yield _inline(group, argument, direction, block, frozenset({group.base}))
    for rule in _instances(document, "aws_security_group_rule"):
        for direction in _DIRECTIONS:
            if rule.string("type") == direction:
                yield _inline(rule, "", direction, rule, rule.refers_to("security_group_id"))


class _Element:
    """What the expressions in an instance of a resource with ``for_each`` are resolved with."""

    def __init__(self, document: CheckedDocument, key: str, value: Any) -> None:
        self.memo: dict[object, Any] = {}
        self.references = document.references
        self.written = document.written
        self._document = document
        self._values = {"key": key, "value": value}

    def scope(self, reference: str, attribute: str) -> Any:
        if reference == "each":
            return self._values[attribute]
        return self._document.scope(reference, attribute)


def _instances(document: CheckedDocument, type_: str) -> Iterator[CheckedResource]:
    """Yield the resources of a type; in place of one whose ``for_each`` is known, its instances."""
    for resource in document.all(type_):
        elements = resource.get("for_each")
        if isinstance(elements, list) and all(isinstance(one, str) for one in elements):
            elements = dict(zip(elements, elements, strict=True))
        if not isinstance(elements, Mapping):
            yield resource
            continue
        for key, value in elements.items():
            instance = CheckedResource(document, f'{resource.address}["{key}"]', resource.body)
            instance.context = _Element(document, key, value)
            yield instance


def _inline(
    resource: CheckedResource,
    argument: str,
    direction: Direction,
    values: Values,
    groups: frozenset[str],
) -> TrafficRule:
    networks = [
        network
        for name in ("cidr_blocks", "ipv6_cidr_blocks")
        for network in values.texts(name) or ()
        if "${" not in network
    ]
    protocol = values.string("protocol")
    return TrafficRule(
        resource,
        argument,
        direction,
        groups,
        values.refers_to("security_groups") | values.refers_to("source_security_group_id"),
        tuple(networks),
        "-1" if protocol == "all" else protocol,
        _ports(values, protocol),
        not values.is_known or not values.is_absent("description"),
    )


def _ports(values: Values, protocol: str | None) -> tuple[int, int] | None:
    if protocol in ("-1", "all"):
        return 0, 65535
    start, end = values.number("from_port"), values.number("to_port")
    if start is None or end is None:
        return None
    return (0, 65535) if start < 0 else (int(start), int(end))
