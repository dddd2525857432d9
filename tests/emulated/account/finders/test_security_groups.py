"""Security group rules are found by their protocol, ports, and source or destination."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console

GROUP = "aws_security_group.web"
VPC = "${data.aws_vpc.default.id}"
DEFAULT = {"data.aws_vpc.default": {"default": True}}
WITHIN = {"security_group_id": "${aws_security_group.web.id}"}
INGRESS = "aws_vpc_security_group_ingress_rule.rule"
EGRESS = "aws_vpc_security_group_egress_rule.rule"


@pytest.fixture(scope="module")
def group(module_console: Console) -> str:
    """A group as the console creates it: several rules with several ranges each."""
    ec2 = module_console("ec2")
    created = ec2.create_security_group(GroupName="web", Description="by hand")
    id_ = str(created["GroupId"])
    tcp = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    ec2.authorize_security_group_ingress(
        GroupId=id_,
        IpPermissions=[
            tcp
            | {
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "10.0.0.0/8"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            },
            tcp | {"UserIdGroupPairs": [{"GroupId": id_}]},
            {
                "IpProtocol": "udp",
                "FromPort": 8000,
                "ToPort": 8010,
                "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
            },
        ],
    )
    return id_


def rule(console: Console, group: str, id_: str) -> dict[str, Any]:
    (live,) = console("ec2").describe_security_group_rules(SecurityGroupRuleIds=[id_])[
        "SecurityGroupRules"
    ]
    assert live["GroupId"] == group
    return dict(live)


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"cidr_ipv4": "0.0.0.0/0"}, {"CidrIpv4": "0.0.0.0/0"}),
        ({"cidr_ipv4": "10.0.0.0/8"}, {"CidrIpv4": "10.0.0.0/8"}),
        ({"cidr_ipv6": "::/0"}, {"CidrIpv6": "::/0"}),
        ({"cidr_ipv4": "0.0.0.0/0", "ip_protocol": "6"}, {"CidrIpv4": "0.0.0.0/0"}),
        (
            {"referenced_security_group_id": "${aws_security_group.web.id}"},
            {"ReferencedGroupInfo": ...},
        ),
        (
            {"ip_protocol": "udp", "from_port": 8000, "to_port": 8010, "cidr_ipv4": "10.0.0.0/8"},
            {"FromPort": 8000, "ToPort": 8010},
        ),
    ],
    ids=lambda fields: " ".join(map(str, fields.values())),
)
def test_each_range_of_a_group_is_a_separate_rule(
    module_console: Console,
    group: str,
    find: Find,
    described: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    body = WITHIN | {"ip_protocol": "tcp", "from_port": 443, "to_port": 443} | described
    found = find(DEFAULT | {GROUP: {"name": "web", "vpc_id": VPC}, INGRESS: body})
    live = rule(module_console, group, found.ids[INGRESS])
    assert not live["IsEgress"]
    for key, value in expected.items():
        assert live[key] if value is ... else live[key] == value
    # Four other ingress rules and the default egress rule.
    assert len(found.unmanaged) == 5
    assert found.ids[INGRESS] not in {resource.id for resource in found.unmanaged}


@pytest.mark.parametrize("ports", [{}, {"from_port": -1, "to_port": -1}])
def test_the_default_egress_rule_is_found_with_and_without_ports(
    module_console: Console, group: str, find: Find, ports: dict[str, int]
) -> None:
    body = WITHIN | {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"} | ports
    found = find(DEFAULT | {GROUP: {"name": "web", "vpc_id": VPC}, EGRESS: body})
    assert rule(module_console, group, found.ids[EGRESS])["IsEgress"]


@pytest.mark.parametrize(
    "other",
    [
        {"from_port": 80, "to_port": 80},
        {"from_port": 443, "to_port": 444},
        {"ip_protocol": "udp"},
        {"ip_protocol": "-1"},
        {"cidr_ipv4": "192.168.0.0/16"},
        {"cidr_ipv4": None, "cidr_ipv6": "2001:db8::/32"},
        {"cidr_ipv4": None, "referenced_security_group_id": "sg-0123456789abcdef0"},
    ],
    ids=str,
)
def test_a_rule_with_other_traffic_is_not_a_match(
    group: str, find: Find, other: dict[str, Any]
) -> None:
    tcp = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}
    found = find(DEFAULT | {GROUP: {"name": "web", "vpc_id": VPC}, INGRESS: WITHIN | tcp | other})
    assert found.missing == (INGRESS,)


def test_two_blocks_for_the_same_rule_are_ambiguous(group: str, find: Find) -> None:
    tcp = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}
    twice = {f"{INGRESS}_{number}": WITHIN | tcp for number in (1, 2)}
    found = find(DEFAULT | {GROUP: {"name": "web", "vpc_id": VPC}} | twice)
    assert set(found.ambiguous) == set(twice)
    (message,) = found.ambiguous[f"{INGRESS}_1"]
    assert message.endswith(f", also matched by {INGRESS}_2")
    assert found.problems[f"{INGRESS}_1"] == f"matches {message}"


def test_a_group_of_the_same_name_in_another_vpc_is_not_a_match(group: str, find: Find) -> None:
    found = find({GROUP: {"name": "web", "vpc_id": "vpc-0123456789abcdef0"}, INGRESS: WITHIN})
    assert found.missing == (GROUP,)
    assert INGRESS in found.missing or INGRESS in found.not_searchable
