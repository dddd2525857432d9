"""Listener rules are found by their conditions, target groups by their name or their use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import HandmadeEnvironment

LISTENER = "aws_lb_listener.web"
RULE = "aws_lb_listener_rule.rule"
BLOCKS: dict[str, dict[str, Any]] = {
    "aws_lb.web": {"name": "aep-staging-alb"},
    LISTENER: {"load_balancer_arn": "${aws_lb.web.arn}", "port": 443},
}

CONDITIONS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    # Each condition, as in the document and as in the API call.
    "a host": (
        [{"host_header": {"values": ["a.example", "b.example"]}}],
        [{"Field": "host-header", "HostHeaderConfig": {"Values": ["B.example", "a.example"]}}],
    ),
    "a header": (
        [{"http_header": {"http_header_name": "X-Test", "values": ["yes"]}}],
        [
            {
                "Field": "http-header",
                "HttpHeaderConfig": {"HttpHeaderName": "x-test", "Values": ["yes"]},
            }
        ],
    ),
    "a method": (
        [{"http_request_method": {"values": ["GET"]}}],
        [{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}],
    ),
    "a query": (
        [{"query_string": [{"key": "v", "value": "2"}, {"value": "beta"}]}],
        [
            {
                "Field": "query-string",
                "QueryStringConfig": {"Values": [{"Key": "v", "Value": "2"}, {"Value": "beta"}]},
            }
        ],
    ),
    "a source": (
        [{"source_ip": {"values": ["10.0.0.0/8"]}}],
        [{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}],
    ),
    "a path in the old format": (
        [{"path_pattern": [{"values": ["/old/*"]}]}],
        [{"Field": "path-pattern", "Values": ["/old/*"]}],
    ),
    "a path and a host": (
        [{"path_pattern": {"values": ["/x/*"]}}, {"host_header": {"values": ["c.example"]}}],
        [
            {"Field": "host-header", "HostHeaderConfig": {"Values": ["c.example"]}},
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/x/*"]}},
        ],
    ),
}


@pytest.fixture(scope="module")
def rules(handmade: HandmadeEnvironment) -> dict[str, str]:
    """A rule with each kind of condition, and two rules with the same condition."""
    elb = handmade.console("elbv2")
    arns = {}
    action = [{"Type": "forward", "TargetGroupArn": handmade.arns["tg backend"]}]
    for priority, (kind, (_, conditions)) in enumerate(CONDITIONS.items(), start=100):
        arns[kind] = elb.create_rule(
            ListenerArn=handmade.arns["https"],
            Priority=priority,
            Conditions=conditions,
            Actions=action,
        )["Rules"][0]["RuleArn"]
    for priority in (200, 201):
        handmade.rule("/twice/*", priority)
    return arns


@pytest.mark.parametrize("kind", CONDITIONS)
def test_a_rule_is_found_by_its_conditions(rules: dict[str, str], find: Find, kind: str) -> None:
    body = {
        "listener_arn": "${aws_lb_listener.web.arn}",
        "priority": 1,
        "condition": CONDITIONS[kind][0],
    }
    assert find(BLOCKS | {RULE: body}).ids[RULE] == rules[kind]


@pytest.mark.parametrize(
    "condition",
    [
        {"host_header": {"values": ["a.example"]}},
        {"path_pattern": {"values": ["a.example", "b.example"]}},
        {"http_header": {"http_header_name": "X-Other", "values": ["yes"]}},
        {"path_pattern": {"values": ["/x/*"]}},
        {"path_pattern": {"regex_values": ["/x/*"]}},
    ],
    ids=str,
)
def test_a_rule_with_other_conditions_is_not_a_match(
    rules: dict[str, str], find: Find, condition: dict[str, Any]
) -> None:
    body = {"listener_arn": "${aws_lb_listener.web.arn}", "condition": [condition]}
    assert find(BLOCKS | {RULE: body}).missing == (RULE,)


def test_two_rules_with_the_same_conditions_are_ambiguous(
    rules: dict[str, str], find: Find
) -> None:
    condition = [{"path_pattern": {"values": ["/twice/*"]}}]
    body = {"listener_arn": "${aws_lb_listener.web.arn}", "condition": condition}
    first, second = find(BLOCKS | {RULE: body}).ambiguous[RULE]
    assert "(priority 200, path-pattern /twice/*, forward to aep-staging-tg-backend)" in first
    assert "(priority 201, " in second


def test_a_rule_with_the_priority_of_a_new_rule_is_reported(
    rules: dict[str, str], find: Find
) -> None:
    condition = [{"path_pattern": {"values": ["/new/*"]}}]
    body = {
        "listener_arn": "${aws_lb_listener.web.arn}",
        "priority": 1,
        "condition": condition,
    }
    unmanaged = find(BLOCKS | {RULE: body}).unmanaged
    assert [resource.description for resource in unmanaged if resource.blocks == RULE] == [
        "priority 1, path-pattern /api/*, forward to aep-staging-tg-backend; "
        "aws_lb_listener_rule.rule needs this priority"
    ]
    # The priorities of another listener are free.
    elsewhere = {"aws_lb_listener.other": {"load_balancer_arn": "${aws_lb.web.arn}", "port": 80}}
    other = {**body, "listener_arn": "${aws_lb_listener.other.arn}"}
    found = find(BLOCKS | elsewhere | {RULE: other})
    assert [resource for resource in found.unmanaged if resource.blocks] == []


def test_a_port_without_a_listener_is_missing(handmade: HandmadeEnvironment, find: Find) -> None:
    other = {"load_balancer_arn": "${aws_lb.web.arn}", "port": 8443}
    found = find(BLOCKS | {"aws_lb_listener.other": other})
    assert found.missing == ("aws_lb_listener.other",)


def test_a_load_balancer_with_another_name_is_found_by_its_security_groups(
    handmade: HandmadeEnvironment, find: Find
) -> None:
    balancer = {"name": "shop-alb", "security_groups": [handmade.arns["sg alb"]]}
    assert find({"aws_lb.web": balancer}).ids == {"aws_lb.web": handmade.arns["alb"]}
    balancer = {"name": "shop-alb", "security_groups": [handmade.arns["sg backend"]]}
    assert find({"aws_lb.web": balancer}).missing == ("aws_lb.web",)


@pytest.mark.parametrize("other", [{"internal": True}, {"load_balancer_type": "network"}])
def test_a_load_balancer_of_another_type_or_scheme_is_not_a_match(
    handmade: HandmadeEnvironment, find: Find, other: dict[str, Any]
) -> None:
    balancer = {"name": "shop-alb", "security_groups": [handmade.arns["sg alb"]]} | other
    assert find({"aws_lb.web": balancer}).missing == ("aws_lb.web",)


GROUP = "aws_lb_target_group.api"
REFERENCE = "${aws_lb_target_group.api.arn}"


@pytest.mark.parametrize(
    ("user", "group"),
    [
        (
            {
                LISTENER: BLOCKS[LISTENER]
                | {"default_action": [{"type": "forward", "target_group_arn": REFERENCE}]}
            },
            "tg frontend",
        ),
        (
            {
                LISTENER: BLOCKS[LISTENER]
                | {
                    "default_action": [
                        {
                            "type": "forward",
                            "forward": {
                                "target_group": [
                                    {"arn": REFERENCE, "weight": 100},
                                    {"arn": "${aws_lb_target_group.other.arn}", "weight": 0},
                                ]
                            },
                        }
                    ]
                }
            },
            "tg frontend",
        ),
        (
            {
                RULE: {
                    "listener_arn": "${aws_lb_listener.web.arn}",
                    "condition": [{"path_pattern": {"values": ["/api/*"]}}],
                    "action": [{"type": "forward", "target_group_arn": REFERENCE}],
                }
            },
            "tg backend",
        ),
        (
            {
                "aws_ecs_service.api": {
                    "cluster": "aep-staging",
                    "name": "aep-backend-staging-svc",
                    "load_balancer": [
                        {
                            "container_name": "backend",
                            "container_port": 8787,
                            "target_group_arn": REFERENCE,
                        }
                    ],
                }
            },
            "tg backend",
        ),
    ],
    ids=["the listener", "the listener, by weight", "a rule", "the service"],
)
def test_a_target_group_with_another_name_is_found_by_the_resource_that_uses_it(
    handmade: HandmadeEnvironment, find: Find, user: dict[str, Any], group: str
) -> None:
    blocks = BLOCKS | {GROUP: {"name": "shop-api"}} | user
    assert find(blocks).ids[GROUP] == handmade.arns[group]


def test_a_target_group_is_ambiguous_if_two_resources_use_different_groups(
    handmade: HandmadeEnvironment, find: Find
) -> None:
    forward = [{"type": "forward", "target_group_arn": REFERENCE}]
    blocks = BLOCKS | {
        GROUP: {"name": "shop-api"},
        LISTENER: BLOCKS[LISTENER] | {"default_action": forward},
        RULE: {
            "listener_arn": "${aws_lb_listener.web.arn}",
            "condition": [{"path_pattern": {"values": ["/api/*"]}}],
            "action": forward,
        },
    }
    assert {match.partition(" ")[0] for match in find(blocks).ambiguous[GROUP]} == {
        handmade.arns["tg frontend"],
        handmade.arns["tg backend"],
    }


def test_an_unused_target_group_with_another_name_is_missing(
    handmade: HandmadeEnvironment, find: Find
) -> None:
    assert find({GROUP: {"name": "shop-api"}}).missing == (GROUP,)
