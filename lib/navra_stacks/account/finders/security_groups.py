"""Finders for security groups and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import describe, filters
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
    UnusableResourceError,
)

__all__ = ["default_group", "egress_rule", "group", "ingress_rule", "other_rules"]


def group(target: LookupTarget) -> Iterator[Candidate]:
    """Find a security group by its ID in `existing_ids`, else by its VPC and name."""
    if (recorded_id := target.recorded_id) is not None:
        found = target.account.list_all("ec2", "describe_security_groups", GroupIds=[recorded_id])
        if not found:
            raise UnusableResourceError(
                f"{recorded_id}, from `existing_ids`, does not exist in account "
                f"{target.account.id}, {target.account.region}; correct the ID, or remove it from "
                "`existing_ids` to create a new security group"
            )
    else:
        found = target.account.list_all(
            "ec2",
            "describe_security_groups",
            Filters=filters(group_name=target["name"], vpc_id=target["vpc_id"]),
        )
    yield from map(_group, found)


def default_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find the default security group of a VPC."""
    found = target.account.list_all(
        "ec2",
        "describe_security_groups",
        Filters=filters(group_name="default", vpc_id=target["vpc_id"]),
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
        describe(
            live["GroupName"], live["Description"], live.get("VpcId", ""), tags=live.get("Tags")
        ),
        live,
    )


def ingress_rule(target: LookupTarget) -> Iterator[Candidate]:
    """Find an ingress rule by its security group, protocol, ports and source."""
    yield from _rule(target, egress=False)


def egress_rule(target: LookupTarget) -> Iterator[Candidate]:
    """Find an egress rule by its security group, protocol, ports and destination."""
    yield from _rule(target, egress=True)


def _rule(target: LookupTarget, *, egress: bool) -> Iterator[Candidate]:
    protocol = str(target["ip_protocol"])
    rule = {
        "IsEgress": egress,
        "IpProtocol": PROTOCOLS.get(protocol, protocol),
        "CidrIpv4": target.get("cidr_ipv4"),
        "CidrIpv6": target.get("cidr_ipv6"),
        "PrefixListId": target.get("prefix_list_id"),
        "GroupId": target.get("referenced_security_group_id"),
        # A rule for all protocols applies to all ports.
        "FromPort": -1 if protocol == "-1" else target.get("from_port", -1),
        "ToPort": -1 if protocol == "-1" else target.get("to_port", -1),
    }
    for live in _rules(target.account, [target["security_group_id"]]):
        if _rule_key(live) == rule:
            yield Candidate(
                live["SecurityGroupRuleId"],
                {"arn": live.get("SecurityGroupRuleArn")},
                _description(live),
                live,
            )


PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp"}


def _rule_key(live: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that identify a rule within a security group."""
    protocol = str(live["IpProtocol"])
    all_protocols = protocol == "-1"
    peer = live.get("ReferencedGroupInfo", {}).get("GroupId")
    return {
        "IsEgress": live["IsEgress"],
        "IpProtocol": PROTOCOLS.get(protocol, protocol),
        "CidrIpv4": live.get("CidrIpv4"),
        "CidrIpv6": live.get("CidrIpv6"),
        "PrefixListId": live.get("PrefixListId"),
        "GroupId": peer,
        "FromPort": -1 if all_protocols else live.get("FromPort", -1),
        "ToPort": -1 if all_protocols else live.get("ToPort", -1),
    }


def _rules(account: Any, groups: list[str]) -> list[Any]:
    return list(
        account.list_all("ec2", "describe_security_group_rules", Filters=filters(group_id=groups))
    )


def _description(live: Mapping[str, Any]) -> str:
    rule = _rule_key(live)
    direction = "to" if rule["IsEgress"] else "from"
    peer = rule["CidrIpv4"] or rule["CidrIpv6"] or rule["PrefixListId"] or rule["GroupId"]
    ports = "" if rule["FromPort"] == -1 else f" {rule['FromPort']}-{rule['ToPort']}"
    protocol = "all traffic" if rule["IpProtocol"] == "-1" else rule["IpProtocol"]
    return describe(
        f"{protocol}{ports} {direction} {peer} in {live['GroupId']}",
        live.get("Description", ""),
        tags=live.get("Tags"),
    )


def other_rules(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find all rules of the matched security groups."""
    groups = [match.id for match in results.matches("aws_security_group").values()]
    if not groups:
        return
    for live in _rules(results.account, groups):
        direction = "egress" if live["IsEgress"] else "ingress"
        yield UnmanagedResource(
            f"aws_vpc_security_group_{direction}_rule",
            live["SecurityGroupRuleId"],
            _description(live),
        )
