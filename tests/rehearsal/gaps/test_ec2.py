"""What the emulator knows of networks, and moto does not."""

from __future__ import annotations

from tests.rehearsal.gaps.conftest import Client


def test_a_rule_that_names_a_group_has_a_description(taught: Client, untaught: Client) -> None:
    assert description(taught) == "From itself"
    assert description(untaught) is None


def description(client: Client) -> str | None:
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="Web")["GroupId"]
    pair = {"GroupId": group, "Description": "From itself"}
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "UserIdGroupPairs": [pair],
    }
    (made,) = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])[
        "SecurityGroupRules"
    ]
    (rule,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])[
        "SecurityGroupRules"
    ]
    found = rule.get("Description")
    return None if found is None else str(found)
