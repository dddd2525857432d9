"""Variations of DNS records."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import HOST, HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS"]


def _replace_alias(environment: HandmadeEnvironment, **target: Any) -> None:
    records = environment.console("route53").list_resource_record_sets(
        HostedZoneId=environment.arns["zone"]
    )["ResourceRecordSets"]
    (record,) = (live for live in records if "AliasTarget" in live and live["Name"] == f"{HOST}.")
    environment.record(**record | {"AliasTarget": record["AliasTarget"] | target})


def alias_without_dualstack(environment: HandmadeEnvironment) -> None:
    """Point the alias record at the DNS name of the load balancer, without ``dualstack.``."""
    (balancer,) = environment.console("elbv2").describe_load_balancers(
        LoadBalancerArns=[environment.arns["alb"]]
    )["LoadBalancers"]
    _replace_alias(environment, DNSName=f"{balancer['DNSName']}.")


def target_health_ignored(environment: HandmadeEnvironment) -> None:
    """Disable the evaluation of the load balancer's health."""
    _replace_alias(environment, EvaluateTargetHealth=False)


VARIATIONS = (
    Variation("an alias without dualstack", Kind.DNS, alias_without_dualstack),
    Variation("target health ignored", Kind.DNS, target_health_ignored),
)
