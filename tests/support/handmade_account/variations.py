"""What else somebody may have done to the environment that was made by hand, one function each.

Each is applied on top of a :class:`ByHand` that is built. What must differ from the beginning is
an argument of it: ``ByHand(console, **OTHER_NAMES)``.
"""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import HOST, ByHand, tags

__all__ = [
    "OTHER_NAMES",
    "SHARED_EXECUTION_ROLE",
    "extra_tags",
    "more_of_everything",
    "other_priorities",
    "other_rule_descriptions",
    "rules_of_the_console",
    "second_certificate",
    "second_load_balancer",
    "secret_scheduled_for_deletion",
]

OTHER_NAMES: dict[str, Any] = {
    "execution_roles": {"frontend": "WebTaskExecution", "backend": "ApiTaskExecution"},
    "task_roles": {"frontend": "WebTask", "backend": "ApiTask"},
    "target_groups": {"frontend": "web-80", "backend": "api-8787"},
}
"""Roles and target groups under names that nothing here would choose."""

SHARED_EXECUTION_ROLE: dict[str, Any] = {
    "execution_roles": {"frontend": "ecsTaskExecutionRole", "backend": "ecsTaskExecutionRole"},
}
"""The role that the console makes once, for whatever runs in the account."""


def extra_tags(made: ByHand) -> None:
    """Tags of the team's own on all that can have them."""
    given = tags(team="growth", CostCenter="4711")
    console = made.console
    console("elbv2").add_tags(
        ResourceArns=[
            made.arns[name]
            for name in ("alb", "http", "https", "tg frontend", "tg backend", "rule /api/*")
        ],
        Tags=given,
    )
    groups = [made.arns[f"sg {name}"] for name in ("alb", "frontend", "backend")]
    rules = console("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": groups}]
    )["SecurityGroupRules"]
    console("ec2").create_tags(
        Resources=[*groups, *(rule["SecurityGroupRuleId"] for rule in rules)], Tags=given
    )
    console("acm").add_tags_to_certificate(CertificateArn=made.arns["certificate"], Tags=given)
    for role in {*made.execution_roles.values(), *made.task_roles.values()}:
        console("iam").tag_role(RoleName=role, Tags=given)
    in_ecs = [{"key": one["Key"], "value": one["Value"]} for one in given]
    for name in ("task backend", "task frontend", "service backend", "service frontend"):
        console("ecs").tag_resource(resourceArn=made.arns[name], tags=in_ecs)
    for service in ("frontend", "backend"):
        console("logs").tag_log_group(
            logGroupName=f"/ecs/aep-{service}-staging",
            tags={one["Key"]: one["Value"] for one in given},
        )


def other_priorities(made: ByHand) -> None:
    """Rules with a gap between them."""
    rules = (made.arns["rule /api/*"], made.arns["rule /health/*"])
    made.console("elbv2").set_rule_priorities(
        RulePriorities=[
            {"RuleArn": rule, "Priority": priority}
            for rule, priority in zip(rules, (10, 20), strict=True)
        ]
    )


def other_rule_descriptions(made: ByHand) -> None:
    """Sentences of their own on the load balancer's two rules."""
    for port in (80, 443):
        made.console("ec2").update_security_group_rule_descriptions_ingress(
            GroupId=made.arns["sg alb"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": f"public {port}"}],
                }
            ],
        )


def rules_of_the_console(made: ByHand) -> None:
    """The load balancer's rules as the console makes them: a port, and several ranges of it."""
    group = made.arns["sg alb"]
    rules = made.console("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )["SecurityGroupRules"]
    made.console("ec2").revoke_security_group_ingress(
        GroupId=group,
        SecurityGroupRuleIds=[
            rule["SecurityGroupRuleId"] for rule in rules if not rule["IsEgress"]
        ],
    )
    for port in (80, 443):
        made.allow(
            group,
            port,
            IpRanges=[
                {"CidrIp": "0.0.0.0/0", "Description": "world"},
                {"CidrIp": "203.0.113.0/24", "Description": "office"},
            ],
            Ipv6Ranges=[{"CidrIpv6": "::/0"}],
        )


def secret_scheduled_for_deletion(made: ByHand, name: str = "OLD_API_KEY") -> None:
    """A secret that goes in a week: one that nobody describes any more, or one of the five."""
    secrets = made.console("secretsmanager")
    if f"secret {name}" not in made.arns:
        answer = secrets.create_secret(Name=f"aep/staging/{name}", SecretString="not a real one")
        made.arns[f"secret {name}"] = answer["ARN"]
    secrets.delete_secret(SecretId=f"aep/staging/{name}", RecoveryWindowInDays=7)


def second_load_balancer(made: ByHand, *, takes_traffic: bool) -> None:
    """Another load balancer with the same security group; the host may point at it already."""
    made.arns["second alb"] = made.load_balancer("aep-staging-alb-new")
    if takes_traffic:
        made.point_at(made.arns["second alb"])


def second_certificate(made: ByHand, *, in_use: bool = True) -> None:
    """Another certificate for the host; without `in_use` neither is on the listener."""
    made.arns["second certificate"] = made.console("acm").request_certificate(
        DomainName=HOST, ValidationMethod="DNS", IdempotencyToken="second"
    )["CertificateArn"]
    if not in_use:
        other = made.console("acm").request_certificate(
            DomainName="*.navralabs.com", ValidationMethod="DNS", IdempotencyToken="third"
        )["CertificateArn"]
        made.console("elbv2").modify_listener(
            ListenerArn=made.arns["https"], Certificates=[{"CertificateArn": other}]
        )


def more_of_everything(made: ByHand) -> None:
    """Beside each thing that is described one of the same kind that is not."""
    made.rule("/admin/*", 50)
    console = made.console
    console("ecs").create_service(
        cluster="aep-staging",
        serviceName="aep-worker-staging-svc",
        taskDefinition=made.arns["task backend"],
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": made.subnets,
                "securityGroups": [made.arns["sg backend"]],
            }
        },
    )
    console("logs").create_log_group(logGroupName="/ecs/aep-worker-staging")
    console("secretsmanager").create_secret(
        Name="aep/staging/SENTRY_DSN", SecretString="not a real one"
    )
    made.record(Name=f"{HOST}.", Type="TXT", TTL=300, ResourceRecords=[{"Value": '"hello"'}])
    console("elbv2").create_listener(
        LoadBalancerArn=made.arns["alb"],
        Protocol="HTTP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": made.arns["tg backend"]}],
    )
