"""Manual changes of the handmade environment, one function each.

Each function changes a :class:`HandmadeEnvironment` after it was built. Names that must differ when
it is built are arguments of the class: ``HandmadeEnvironment(console, **OTHER_NAMES)``.
"""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import HOST, HandmadeEnvironment, tags

__all__ = [
    "CONSOLE_DEFAULTS",
    "EFS_VOLUME",
    "OTHER_NAMES",
    "SHARED_EXECUTION_ROLE",
    "extra_tags",
    "more_of_everything",
    "other_priorities",
    "other_rule_descriptions",
    "rules_from_the_console",
    "rules_in_the_older_form",
    "second_certificate",
    "second_load_balancer",
    "secret_scheduled_for_deletion",
]

OTHER_NAMES: dict[str, Any] = {
    "execution_roles": {"frontend": "WebTaskExecution", "backend": "ApiTaskExecution"},
    "task_roles": {"frontend": "WebTask", "backend": "ApiTask"},
    "target_groups": {"frontend": "web-80", "backend": "api-8787"},
}
"""Names of roles and target groups that differ from the naming scheme."""

SHARED_EXECUTION_ROLE: dict[str, Any] = {
    "execution_roles": {"frontend": "ecsTaskExecutionRole", "backend": "ecsTaskExecutionRole"},
}
"""The execution role that the console creates once, for all services of the account."""

CONSOLE_DEFAULTS: dict[str, Any] = {
    **SHARED_EXECUTION_ROLE,
    "task_roles": {},
    "capacity": {
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "base": 0, "weight": 1}]
    },
    "cluster": {
        "serviceConnectDefaults": {
            "namespace": "arn:aws:servicediscovery:us-east-1:625847798833:namespace/ns-abcdefgh"
        },
        "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
    },
}
"""What the console proposes: one execution role, no task role, a capacity provider strategy, and a
cluster with a namespace for Service Connect and the default logging of ECS Exec.
"""

EFS_VOLUME: dict[str, Any] = {
    "volumes": [
        {"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-0123456789abcdef0"}}
    ]
}
"""A volume without the optional arguments, such as the encryption in transit."""


def extra_tags(environment: HandmadeEnvironment) -> None:
    """Add other tags to all resources that support them."""
    extra = tags(team="growth", CostCenter="4711")
    console = environment.console
    console("elbv2").add_tags(
        ResourceArns=[
            environment.arns[name]
            for name in ("alb", "http", "https", "tg frontend", "tg backend", "rule /api/*")
        ],
        Tags=extra,
    )
    groups = [environment.arns[f"sg {name}"] for name in ("alb", "frontend", "backend")]
    rules = console("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": groups}]
    )["SecurityGroupRules"]
    console("ec2").create_tags(
        Resources=[*groups, *(rule["SecurityGroupRuleId"] for rule in rules)], Tags=extra
    )
    console("acm").add_tags_to_certificate(
        CertificateArn=environment.arns["certificate"], Tags=extra
    )
    for role in {*environment.execution_roles.values(), *environment.task_roles.values()}:
        console("iam").tag_role(RoleName=role, Tags=extra)
    in_ecs = [{"key": tag["Key"], "value": tag["Value"]} for tag in extra]
    for name in ("task backend", "task frontend", "service backend", "service frontend"):
        console("ecs").tag_resource(resourceArn=environment.arns[name], tags=in_ecs)
    for service in ("frontend", "backend"):
        console("logs").tag_log_group(
            logGroupName=f"/ecs/aep-{service}-staging",
            tags={tag["Key"]: tag["Value"] for tag in extra},
        )


def other_priorities(environment: HandmadeEnvironment) -> None:
    """Change the priorities of the listener rules to 10 and 20."""
    rules = (environment.arns["rule /api/*"], environment.arns["rule /health/*"])
    environment.console("elbv2").set_rule_priorities(
        RulePriorities=[
            {"RuleArn": rule, "Priority": priority}
            for rule, priority in zip(rules, (10, 20), strict=True)
        ]
    )


def rules_in_the_older_form(environment: HandmadeEnvironment) -> None:
    """Write the conditions of the listener rules in the older form of the API."""
    for path in ("/api/*", "/health/*"):
        environment.console("elbv2").modify_rule(
            RuleArn=environment.arns[f"rule {path}"],
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
        )


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


def secret_scheduled_for_deletion(
    environment: HandmadeEnvironment, name: str = "OLD_API_KEY"
) -> None:
    """Schedule the deletion of a secret in seven days: an unmanaged one, or one of the five."""
    secrets = environment.console("secretsmanager")
    if f"secret {name}" not in environment.arns:
        response = secrets.create_secret(Name=f"aep/staging/{name}", SecretString="not a real one")
        environment.arns[f"secret {name}"] = response["ARN"]
    secrets.delete_secret(SecretId=f"aep/staging/{name}", RecoveryWindowInDays=7)


def second_load_balancer(environment: HandmadeEnvironment, *, receives_traffic: bool) -> None:
    """Create another load balancer with the same security group, optionally for the host."""
    environment.arns["second alb"] = environment.load_balancer("aep-staging-alb-new")
    if receives_traffic:
        environment.point_at(environment.arns["second alb"])


def second_certificate(environment: HandmadeEnvironment, *, in_use: bool = True) -> None:
    """Request another certificate for the host.

    Without `in_use`, the listener gets a third certificate, so that neither of the two is in use.
    """
    environment.arns["second certificate"] = environment.console("acm").request_certificate(
        DomainName=HOST, ValidationMethod="DNS", IdempotencyToken="second"
    )["CertificateArn"]
    if not in_use:
        other = environment.console("acm").request_certificate(
            DomainName="*.navralabs.com", ValidationMethod="DNS", IdempotencyToken="third"
        )["CertificateArn"]
        environment.console("elbv2").modify_listener(
            ListenerArn=environment.arns["https"], Certificates=[{"CertificateArn": other}]
        )


def more_of_everything(environment: HandmadeEnvironment) -> None:
    """Create an unmanaged resource of each kind that the environment has."""
    environment.rule("/admin/*", 50)
    console = environment.console
    console("ecs").create_service(
        cluster="aep-staging",
        serviceName="aep-worker-staging-svc",
        taskDefinition=environment.arns["task backend"],
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": environment.subnets,
                "securityGroups": [environment.arns["sg backend"]],
            }
        },
    )
    console("logs").create_log_group(logGroupName="/ecs/aep-worker-staging")
    console("secretsmanager").create_secret(
        Name="aep/staging/SENTRY_DSN", SecretString="not a real one"
    )
    environment.record(Name=f"{HOST}.", Type="TXT", TTL=300, ResourceRecords=[{"Value": '"hello"'}])
    console("elbv2").create_listener(
        LoadBalancerArn=environment.arns["alb"],
        Protocol="HTTP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": environment.arns["tg backend"]}],
    )
