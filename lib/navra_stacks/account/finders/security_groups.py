"""Security groups and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import filters, told
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupTarget,
    Survey,
    UnmanagedResource,
    UnusableResourceError,
)

__all__ = ["default_group", "egress_rule", "group", "ingress_rule", "other_rules"]


def group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its recorded id, else by its name, which a VPC has once."""
    if (recorded := wanted.recorded) is not None:
        found = wanted.account.all("ec2", "describe_security_groups", GroupIds=[recorded])
        if not found:
            raise UnusableResourceError(
                f"the recorded {recorded} is not in account {wanted.account.id}, "
                f"{wanted.account.region}; correct the record, or leave it out to make a new group"
            )
    else:
        found = wanted.account.all(
            "ec2",
            "describe_security_groups",
            Filters=filters(group_name=wanted["name"], vpc_id=wanted["vpc_id"]),
        )
    yield from map(_group, found)


def default_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """The one that every VPC has."""
    found = wanted.account.all(
        "ec2",
        "describe_security_groups",
        Filters=filters(group_name="default", vpc_id=wanted["vpc_id"]),
    )
    yield from map(_group, found)


def _group(live: Mapping[str, Any]) -> Candidate:
    return Candidate(
        live["GroupId"],
        {
            "arn": live.get("SecurityGroupArn"),
            "name": live["GroupName"],
            "vpc_id": live.get("VpcId"),
            "owner_id": live.get("OwnerId"),
        },
        told(live["GroupName"], live["Description"], live.get("VpcId", ""), tags=live.get("Tags")),
        live,
    )


def ingress_rule(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its group, protocol, ports and peer, whatever its description."""
    yield from _rule(wanted, egress=False)


def egress_rule(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its group, protocol, ports and peer, whatever its description."""
    yield from _rule(wanted, egress=True)


def _rule(wanted: LookupTarget, *, egress: bool) -> Iterator[Candidate]:
    protocol = str(wanted["ip_protocol"])
    described = {
        "IsEgress": egress,
        "IpProtocol": PROTOCOLS.get(protocol, protocol),
        "CidrIpv4": wanted.get("cidr_ipv4"),
        "CidrIpv6": wanted.get("cidr_ipv6"),
        "PrefixListId": wanted.get("prefix_list_id"),
        "GroupId": wanted.get("referenced_security_group_id"),
        # Every protocol has every port.
        "FromPort": -1 if protocol == "-1" else wanted.get("from_port", -1),
        "ToPort": -1 if protocol == "-1" else wanted.get("to_port", -1),
    }
    for live in _rules(wanted.account, [wanted["security_group_id"]]):
        if _known_by(live) == described:
            yield Candidate(
                live["SecurityGroupRuleId"],
                {"arn": live.get("SecurityGroupRuleArn")},
                _told(live),
                live,
            )


PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp"}


def _known_by(live: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a rule that rule: a group cannot have two of the same."""
    protocol = str(live["IpProtocol"])
    every = protocol == "-1"
    peer = live.get("ReferencedGroupInfo", {}).get("GroupId")
    return {
        "IsEgress": live["IsEgress"],
        "IpProtocol": PROTOCOLS.get(protocol, protocol),
        "CidrIpv4": live.get("CidrIpv4"),
        "CidrIpv6": live.get("CidrIpv6"),
        "PrefixListId": live.get("PrefixListId"),
        "GroupId": peer,
        "FromPort": -1 if every else live.get("FromPort", -1),
        "ToPort": -1 if every else live.get("ToPort", -1),
    }


def _rules(account: Any, groups: list[str]) -> list[Any]:
    return list(
        account.all("ec2", "describe_security_group_rules", Filters=filters(group_id=groups))
    )


def _told(live: Mapping[str, Any]) -> str:
    rule = _known_by(live)
    direction = "to" if rule["IsEgress"] else "from"
    peer = rule["CidrIpv4"] or rule["CidrIpv6"] or rule["PrefixListId"] or rule["GroupId"]
    ports = "" if rule["FromPort"] == -1 else f" {rule['FromPort']}-{rule['ToPort']}"
    protocol = "everything" if rule["IpProtocol"] == "-1" else rule["IpProtocol"]
    return told(
        f"{protocol}{ports} {direction} {peer} in {live['GroupId']}",
        live.get("Description", ""),
        tags=live.get("Tags"),
    )


def other_rules(survey: Survey) -> Iterator[UnmanagedResource]:
    """The rules of the groups that no resource describes."""
    groups = [one.id for one in survey.found("aws_security_group").values()]
    if not groups:
        return
    for live in _rules(survey.account, groups):
        direction = "egress" if live["IsEgress"] else "ingress"
        yield UnmanagedResource(
            f"aws_vpc_security_group_{direction}_rule", live["SecurityGroupRuleId"], _told(live)
        )
