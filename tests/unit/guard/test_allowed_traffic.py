"""The traffic of security groups and network ACLs, compared by protocol, ports and networks."""

import pytest

from navra_stacks.guard.allowed_traffic import is_covered, lost, opened, rule_permissions
from tests.support.plan_fragments import UPDATE, change, evaluated, refusals
from tests.support.plan_shapes import ports

ALL = {"protocol": "-1", "from_port": 0, "to_port": 0}


def lost_labels(before, after):
    return lost(rule_permissions(before), rule_permissions(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ports(443, 443, "10.0.0.0/8"), [ports(0, 65535, "0.0.0.0/0")]),
        (ports(443, 443, "10.0.0.0/8"), [ports(443, 443, "10.0.0.0/8", protocol="6")]),
        (ports(443, 443, "10.0.0.0/8"), [ports(443, 443, "10.0.0.0/8", protocol="TCP")]),
        (ports(443, 443, "10.0.0.0/8"), [ports(-1, -1, "10.0.0.0/8")]),
        (ports(443, 443, "10.0.0.0/8"), [ports(0, 0, "10.0.0.0/8", protocol="all")]),
        (ports(80, 90, "10.0.0.0/8"), [ports(80, 85, "10.0.0.0/8"), ports(86, 90, "10.0.0.0/8")]),
        (ports(80, 90, "10.0.0.0/8"), [ports(70, 88, "10.0.0.0/8"), ports(85, 99, "0.0.0.0/0")]),
        # Each half of the network with other ports, which overlap where they must.
        (
            ports(80, 81, "10.0.0.0/8"),
            [
                ports(80, 80, "10.0.0.0/8"),
                ports(81, 81, "10.0.0.0/9"),
                ports(81, 90, "10.128.0.0/9"),
            ],
        ),
        (ports(8, 0, "10.0.0.0/8", protocol="icmp"), [ports(8, -1, "10.0.0.0/8", protocol="1")]),
        (ports(8, 0, "10.0.0.0/8", protocol="icmp"), [ports(-1, -1, "10.0.0.0/8", protocol="1")]),
        (ports(1, 2, "10.0.0.0/8", protocol="50"), [ports(0, 0, "10.0.0.0/8", protocol="50")]),
        (ports(80, 80, security_groups=["sg-1"]), [ports(80, 80, security_groups=["sg-1"])]),
        (
            ports(80, 80, security_groups=["sg-1"]),
            [ports(80, 80, "0.0.0.0/0", ipv6_cidr_blocks=["::/0"])],
        ),
        (ports(80, 80, prefix_list_ids=["pl-1"]), [ports(0, 90, prefix_list_ids=["pl-1"])]),
        (ports(80, 80, self=True), [ports(80, 80, self=True)]),
        (
            ports(80, 80, ipv6_cidr_blocks=["2001:db8::/33"]),
            [ports(80, 80, ipv6_cidr_blocks=["2001:0db8:0::/32"])],
        ),
        (ports(80, 80, "10.0.0.7/8"), [ports(80, 80, "10.0.0.0/8")]),
    ],
)
def test_traffic_that_remains_allowed(before, after):
    assert lost_labels([before], after) == []


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        (ports(443, 443, "10.0.0.0/8"), [], "tcp 443-443 10.0.0.0/8"),
        (
            ports(443, 443, "10.0.0.0/8"),
            [ports(443, 443, "10.0.0.0/9")],
            "tcp 443-443 10.0.0.0/8",
        ),
        (
            ports(443, 443, "10.0.0.0/8"),
            [ports(443, 443, "10.0.0.0/8", protocol="udp")],
            "tcp 443-443 10.0.0.0/8",
        ),
        (ports(80, 90, "10.0.0.0/8"), [ports(80, 89, "10.0.0.0/8")], "tcp 80-90 10.0.0.0/8"),
        (
            ports(80, 81, "10.0.0.0/8"),
            [ports(80, 80, "10.0.0.0/8"), ports(81, 81, "10.0.0.0/9")],
            "tcp 80-81 10.0.0.0/8",
        ),
        (ALL | {"cidr_blocks": ["10.0.0.0/8"]}, [ports(0, 65535, "10.0.0.0/8")], "all traffic 10"),
        (
            ports(8, -1, "10.0.0.0/8", protocol="icmp"),
            [ports(8, 0, "10.0.0.0/8", protocol="icmp")],
            "icmp 8--1 10.0.0.0/8",
        ),
        (
            ports(80, 80, security_groups=["sg-1"]),
            [ports(80, 80, "0.0.0.0/0")],
            "tcp 80-80 sg-1",
        ),
        (ports(80, 80, self=True), [ports(80, 80, "10.0.0.0/8")], "tcp 80-80 the group itself"),
        (
            ports(80, 80, ipv6_cidr_blocks=["::/0"]),
            [ports(80, 80, "0.0.0.0/0")],
            "tcp 80-80 ::/0",
        ),
    ],
)
def test_traffic_that_is_no_longer_allowed(before, after, label):
    (found,) = lost_labels([before], after)
    assert found.startswith(label)


@pytest.mark.parametrize(
    ("before", "after", "labels"),
    [
        ([], [ports(22, 22, "0.0.0.0/0")], ["tcp 22-22 0.0.0.0/0"]),
        ([], [ALL | {"cidr_blocks": ["0.0.0.0/0"]}], ["all traffic 0.0.0.0/0"]),
        ([], [ports(22, 22, "0.0.0.0/1", "128.0.0.0/1")], ["tcp 22-22 0.0.0.0/0"]),
        ([], [ports(22, 22, "0.0.0.0/1")], []),
        ([], [ports(22, 22, security_groups=["sg-1"])], []),
        ([ports(22, 22, "0.0.0.0/0")], [ports(22, 22, "0.0.0.0/0", "10.0.0.0/8")], []),
        ([ports(20, 30, "0.0.0.0/0")], [ports(22, 22, "0.0.0.0/0")], []),
        ([ports(22, 22, "0.0.0.0/0")], [ports(22, 23, "0.0.0.0/0")], ["tcp 22-23 0.0.0.0/0"]),
        (
            [ports(22, 22, "0.0.0.0/0")],
            [ports(22, 22, "0.0.0.0/0", ipv6_cidr_blocks=["::/0"])],
            ["tcp 22-22 ::/0"],
        ),
    ],
)
def test_traffic_that_is_opened_to_everybody(before, after, labels):
    assert list(opened(rule_permissions(before), rule_permissions(after))) == labels


def acl_rule(number, action, network="10.0.0.0/8", **more):
    given = {"rule_no": number, "action": action, "protocol": "6", "cidr_block": network}
    return {**given, "from_port": 443, "to_port": 443, "ipv6_cidr_block": "", **more}


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        # An existing denial applies to an allowing rule that moves behind it.
        (
            [acl_rule(100, "allow"), acl_rule(150, "deny")],
            [acl_rule(200, "allow"), acl_rule(150, "deny")],
            True,
        ),
        (
            [acl_rule(100, "allow"), acl_rule(150, "deny")],
            [acl_rule(90, "allow"), acl_rule(150, "deny")],
            False,
        ),
        ([acl_rule(100, "allow")], [acl_rule(200, "allow")], False),
        ([acl_rule(100, "allow"), acl_rule(50, "deny")], [acl_rule(100, "allow")], False),
        ([acl_rule(100, "allow")], [acl_rule(100, "allow", "10.0.0.0/9")], True),
        (
            [acl_rule(100, "allow", protocol="icmp", icmp_type=8, icmp_code=-1)],
            [acl_rule(100, "allow", protocol="icmp", icmp_type=8, icmp_code=0)],
            True,
        ),
    ],
)
@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize("type_", ["aws_network_acl", "aws_default_network_acl"])
def test_a_network_acl_decides_by_the_first_rule_that_matches(
    type_, direction, before, after, refused
):
    changed = change(f"{type_}.it", UPDATE, {direction: before}, {direction: after})
    assert bool(evaluated(changed).refused) is refused


def test_rules_that_are_known_only_after_the_apply_may_lose_traffic():
    unknown = change(
        "aws_security_group.it",
        UPDATE,
        {"ingress": [ports(443, 443, "10.0.0.0/8")]},
        {},
        unknown={"ingress": True},
    )
    assert refusals(evaluated(unknown)) == {
        "aws_security_group.it": "update: changes ingress (known after apply); it may no longer "
        "allow all traffic that was allowed before"
    }


def test_a_rule_with_an_invalid_protocol_or_peer_allows_nothing():
    rules = [ports(1, 1, "10.0.0.0/8", protocol=None), {"protocol": "tcp"}, ports(1, 1)]
    assert rule_permissions(rules) == []
    (odd,) = rule_permissions([ports(1, 1, "10.0.0.0/99")])
    assert is_covered(odd, [odd])
