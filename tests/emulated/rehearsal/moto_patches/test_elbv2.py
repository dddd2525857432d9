"""Patches for the rules and actions of load balancers, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulated_load_balancer import create_listener, create_target_group
from tests.support.emulator_clients import Client

HOST = {"Field": "host-header", "Values": ["shop.example"]}
PATH = {"Field": "path-pattern", "Values": ["/api/*"]}
OK = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]


def conditions(client: Client, rule: str) -> list[dict[str, Any]]:
    (found,) = client("elbv2").describe_rules(RuleArns=[rule])["Rules"]
    return list(found["Conditions"])


@pytest.mark.parametrize("modified", [False, True])
def test_a_rule_with_the_older_form_of_conditions_returns_both_forms(
    patched: Client, unpatched: Client, modified: bool
) -> None:
    for client in (patched, unpatched):
        rule = client("elbv2").create_rule(
            ListenerArn=create_listener(client),
            Priority=1,
            Conditions=[PATH] if modified else [HOST, PATH],
            Actions=OK,
        )["Rules"][0]["RuleArn"]
        if modified:
            client("elbv2").modify_rule(RuleArn=rule, Conditions=[HOST, PATH])
        host, path = conditions(client, rule)
        assert (host["Values"], path["Values"]) == (HOST["Values"], PATH["Values"])
        if client is patched:
            assert host["HostHeaderConfig"] == {"Values": HOST["Values"]}
            assert path["PathPatternConfig"] == {"Values": PATH["Values"]}
        else:
            assert "HostHeaderConfig" not in host
            assert "PathPatternConfig" not in path


def test_a_rule_with_the_newer_form_of_conditions_returns_both_forms(
    patched: Client, unpatched: Client
) -> None:
    config = {"Values": ["/api/*", "/health/*"]}
    for client in (patched, unpatched):
        rule = client("elbv2").create_rule(
            ListenerArn=create_listener(client),
            Priority=1,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": config}],
            Actions=OK,
        )["Rules"][0]["RuleArn"]
        (path,) = conditions(client, rule)
        assert path["PathPatternConfig"] == config
        assert path.get("Values") == (config["Values"] if client is patched else None)


@pytest.mark.parametrize("is_weighted", [False, True])
def test_an_action_that_forwards_to_one_target_group_returns_both_forms(
    patched: Client, unpatched: Client, is_weighted: bool
) -> None:
    for client in (patched, unpatched):
        listener, group = create_listener(client), create_target_group(client)
        config = {"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group, "Weight": 5}]}}
        (rule,) = client("elbv2").create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[PATH],
            Actions=[{"Type": "forward"} | (config if is_weighted else {"TargetGroupArn": group})],
        )["Rules"]
        (action,) = rule["Actions"]
        both = {
            "Type": "forward",
            "TargetGroupArn": group,
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": group, "Weight": 5 if is_weighted else 1}],
                "TargetGroupStickinessConfig": {"Enabled": False},
            },
        }
        assert (action == both) == (client is patched)


def test_an_action_that_forwards_to_several_target_groups_has_only_the_newer_form(
    patched: Client,
) -> None:
    listener = create_listener(patched)
    groups = [create_target_group(patched, name) for name in ("blue", "green")]
    weighted = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
    (rule,) = patched("elbv2").create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[PATH],
        Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}],
    )["Rules"]
    assert "TargetGroupArn" not in rule["Actions"][0]


def test_a_target_group_of_several_rules_lists_its_load_balancer_once(
    patched: Client, unpatched: Client
) -> None:
    for client in (patched, unpatched):
        listener, group = create_listener(client), create_target_group(client)
        for priority in (1, 2):
            client("elbv2").create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[PATH],
                Actions=[{"Type": "forward", "TargetGroupArn": group}],
            )
        (found,) = client("elbv2").describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
        assert len(found["LoadBalancerArns"]) == (1 if client is patched else 2)
