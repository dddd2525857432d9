"""Other tags on the resources of the environment."""

from __future__ import annotations

from tests.support.handmade_account.environment import HandmadeEnvironment, tags

__all__ = ["extra_tags"]


def extra_tags(environment: HandmadeEnvironment, **values: str) -> None:
    """Add other tags to all resources that support them."""
    extra = tags(**(values or {"team": "growth", "CostCenter": "4711"}))
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
    for name in environment.log_groups.values():
        console("logs").tag_log_group(
            logGroupName=name, tags={tag["Key"]: tag["Value"] for tag in extra}
        )
