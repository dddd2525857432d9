"""Variations of security groups and their rules."""

from __future__ import annotations

from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS", "other_rule_descriptions", "rules_from_the_console"]


def other_rule_descriptions(environment: HandmadeEnvironment) -> None:
    """Add descriptions to the two rules of the load balancer's security group."""
    for port in (80, 443):
        environment.console("ec2").update_security_group_rule_descriptions_ingress(
            GroupId=environment.arns["sg alb"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": f"public {port}"}],
                }
            ],
        )


def rules_from_the_console(environment: HandmadeEnvironment) -> None:
    """Replace the rules of the load balancer's security group by rules with several ranges each."""
    group = environment.arns["sg alb"]
    rules = environment.console("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )["SecurityGroupRules"]
    environment.console("ec2").revoke_security_group_ingress(
        GroupId=group,
        SecurityGroupRuleIds=[
            rule["SecurityGroupRuleId"] for rule in rules if not rule["IsEgress"]
        ],
    )
    for port in (80, 443):
        environment.allow(
            group,
            port,
            IpRanges=[
                {"CidrIp": "0.0.0.0/0", "Description": "world"},
                {"CidrIp": "203.0.113.0/24", "Description": "office"},
            ],
            Ipv6Ranges=[{"CidrIpv6": "::/0"}],
        )


VARIATIONS = (
    Variation("several ranges in a rule", Kind.NETWORK, rules_from_the_console),
    Variation("descriptions of rules", Kind.NETWORK, other_rule_descriptions),
)
