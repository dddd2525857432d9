"""Patches for listener rules, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_clients import Client

HOST = {"Field": "host-header", "Values": ["shop.example"]}
PATH = {"Field": "path-pattern", "Values": ["/api/*"]}


def listener(client: Client) -> str:
    ec2, elb = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
        for number, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    balancer = elb.create_load_balancer(
        Name="shop", Subnets=[subnet["Subnet"]["SubnetId"] for subnet in subnets]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    response = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    return str(
        elb.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[response]
        )["Listeners"][0]["ListenerArn"]
    )


def conditions(client: Client, rule: str) -> list[dict[str, Any]]:
    (found,) = client("elbv2").describe_rules(RuleArns=[rule])["Rules"]
    return list(found["Conditions"])


@pytest.mark.parametrize("modified", [False, True])
def test_a_rule_with_the_older_form_of_conditions_returns_the_newer_form(
    patched: Client, unpatched: Client, modified: bool
) -> None:
    for client in (patched, unpatched):
        rule = client("elbv2").create_rule(
            ListenerArn=listener(client),
            Priority=1,
            Conditions=[PATH] if modified else [HOST, PATH],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
        )["Rules"][0]["RuleArn"]
        if modified:
            client("elbv2").modify_rule(RuleArn=rule, Conditions=[HOST, PATH])
        host, path = conditions(client, rule)
        is_patched = client is patched
        assert ("HostHeaderConfig" in host, "PathPatternConfig" in path) == (is_patched,) * 2
    assert path["Values"] == ["/api/*"]
    host, path = conditions(patched, patched_rule(patched))
    assert host["HostHeaderConfig"] == {"Values": ["shop.example"]}
    assert path["PathPatternConfig"] == {"Values": ["/api/*"]}


def patched_rule(client: Client) -> str:
    (balancer,) = client("elbv2").describe_load_balancers()["LoadBalancers"]
    (one,) = client("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])[
        "Listeners"
    ]
    rules = client("elbv2").describe_rules(ListenerArn=one["ListenerArn"])["Rules"]
    return str(next(rule["RuleArn"] for rule in rules if not rule["IsDefault"]))
