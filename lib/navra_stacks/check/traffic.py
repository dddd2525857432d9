"""The security group rules of a document, in one form for all resource types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.values import Values

__all__ = ["ANYWHERE", "TrafficRule", "traffic_rules"]

ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
"""The networks that contain all addresses."""

Direction = Literal["ingress", "egress"]


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
        return bool(ANYWHERE.intersection(self.networks))


def traffic_rules(
    document: CheckedDocument, direction: Direction | None = None
) -> Iterator[TrafficRule]:
    """Yield the security group rules of a document; with `direction`, of this direction only."""
    for rule in _all_rules(document):
        if direction in (None, rule.direction):
            yield rule


def _all_rules(document: CheckedDocument) -> Iterator[TrafficRule]:
    for side in ("ingress", "egress"):
        direction: Direction = "ingress" if side == "ingress" else "egress"
        for one in document.all(f"aws_vpc_security_group_{side}_rule"):
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
            for index, block in enumerate(group.blocks(side)):
                yield _inline(group, f"{side}[{index}]", direction, block, frozenset({group.base}))
    for rule in document.all("aws_security_group_rule"):
        kind = rule.string("type")
        if kind in ("ingress", "egress"):
            direction = "ingress" if kind == "ingress" else "egress"
            yield _inline(rule, "", direction, rule, rule.refers_to("security_group_id"))


def _inline(
    resource: CheckedResource,
    argument: str,
    direction: Direction,
    values: Values,
    groups: frozenset[str],
) -> TrafficRule:
    document = resource.document
    peers: set[str] = set()
    for name in ("security_groups", "source_security_group_id"):
        peers.update(document.references(values.body.get(name), resource.module))
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
        frozenset(peers),
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
