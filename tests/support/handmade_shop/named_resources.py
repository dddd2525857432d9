"""A shop with one resource of each named type: its Terraform blocks, and its API calls."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import ACCOUNT, Console
from tests.support.handmade_shop.data import ARN, SETTINGS, access, data, storage

__all__ = ["BLOCKS", "alarm", "build"]

SCALABLE_TARGET = {
    "service_namespace": "ecs",
    "resource_id": "service/${aws_ecs_cluster.shop.name}/${aws_ecs_service.web.name}",
    "scalable_dimension": "ecs:service:DesiredCount",
}
BUCKET = {"bucket": "${aws_s3_bucket.logs.id}"}
BLOCKS: dict[str, dict[str, Any]] = {
    "aws_appautoscaling_policy.cpu": {"name": "shop-cpu", **SCALABLE_TARGET},
    "aws_appautoscaling_target.web": SCALABLE_TARGET,
    "aws_backup_plan.daily": {"name": "shop-daily"},
    "aws_backup_selection.data": {"plan_id": "${aws_backup_plan.daily.id}", "name": "data"},
    "aws_backup_vault.vault": {"name": "shop-vault"},
    "aws_cloudwatch_dashboard.shop": {"dashboard_name": "shop"},
    "aws_cloudwatch_log_group.web": {"name": "/shop/web"},
    "aws_cloudwatch_log_metric_filter.errors": {
        "log_group_name": "${aws_cloudwatch_log_group.web.name}",
        "name": "errors",
    },
    "aws_cloudwatch_metric_alarm.cpu": {"alarm_name": "shop-cpu"},
    "aws_db_instance.data": {"identifier": "shop-db"},
    "aws_db_parameter_group.data": {"name": "shop-postgres17"},
    "aws_db_subnet_group.data": {"name": "shop-db"},
    "aws_ecr_lifecycle_policy.web": {"repository": "${aws_ecr_repository.web.name}"},
    "aws_ecr_repository.web": {"name": "shop-web"},
    "aws_ecs_cluster.shop": {"name": "shop"},
    "aws_ecs_cluster_capacity_providers.shop": {"cluster_name": "${aws_ecs_cluster.shop.name}"},
    "aws_ecs_service.web": {"cluster": "${aws_ecs_cluster.shop.arn}", "name": "web"},
    "aws_ecs_task_definition.web": {"family": "shop-web"},
    "aws_elasticache_parameter_group.cache": {"name": "shop-valkey8"},
    "aws_elasticache_replication_group.cache": {"replication_group_id": "shop-cache"},
    "aws_elasticache_subnet_group.cache": {"name": "shop-cache"},
    "aws_iam_openid_connect_provider.github": {"url": "https://token.actions.example"},
    "aws_iam_role.task": {"name": "shop-task"},
    "aws_iam_role_policy.task": {"role": "${aws_iam_role.task.name}", "name": "read"},
    "aws_iam_role_policy_attachment.task": {
        "role": "${aws_iam_role.task.name}",
        "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
    "aws_kms_alias.key": {"name": "alias/shop", "target_key_id": "${aws_kms_key.key.key_id}"},
    "aws_kms_key.key": {"description": "Data of shop"},
    "aws_s3_bucket.logs": {"bucket": f"shop-logs-{ACCOUNT}"},
    **{f"aws_s3_bucket_{setting}.logs": BUCKET for setting in SETTINGS},
    "aws_secretsmanager_secret.url": {"name": "shop/URL"},
    "aws_sns_topic.alarms": {"name": "shop-alarms"},
    "aws_sns_topic_policy.alarms": {"arn": "${aws_sns_topic.alarms.arn}"},
    "aws_sns_topic_subscription.queue": {
        "topic_arn": "${aws_sns_topic.alarms.arn}",
        "protocol": "sqs",
        "endpoint": f"arn:aws:sqs:{ARN}:alarms",
    },
    "aws_wafv2_web_acl.acl": {"name": "shop-waf", "scope": "REGIONAL"},
    "aws_wafv2_web_acl_association.acl": {
        "web_acl_arn": "${aws_wafv2_web_acl.acl.arn}",
        "resource_arn": "${aws_lb.web.arn}",
    },
    "aws_wafv2_web_acl_logging_configuration.acl": {"resource_arn": "${aws_wafv2_web_acl.acl.arn}"},
    "aws_lb.web": {"name": "shop-alb"},
}


def containers(console: Console) -> dict[str, str]:
    ecs = console("ecs")
    ecs.create_cluster(clusterName="shop", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    for _ in range(2):
        task = ecs.register_task_definition(
            family="shop-web", containerDefinitions=[{"name": "web", "image": "web", "memory": 128}]
        )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition=f"{task[:-1]}1", desiredCount=1
    )
    scaling = console("application-autoscaling")
    scalable = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/shop/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(MinCapacity=1, MaxCapacity=2, **scalable)
    scaling.put_scaling_policy(
        PolicyName="shop-cpu",
        PolicyType="TargetTrackingScaling",
        **scalable,
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 60,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
            },
        },
    )
    target = "ecs/service/shop/web/ecs:service:DesiredCount"
    return {
        "aws_appautoscaling_policy.cpu": f"{target}/shop-cpu",
        "aws_appautoscaling_target.web": target,
        "aws_ecs_cluster.shop": "shop",
        "aws_ecs_cluster_capacity_providers.shop": "shop",
        "aws_ecs_service.web": "shop/web",
        # The document has no service that refers to the first revision.
        "aws_ecs_task_definition.web": f"arn:aws:ecs:{ARN}:task-definition/shop-web:2",
    }


def alarm(console: Console, name: str) -> None:
    console("cloudwatch").put_metric_alarm(
        AlarmName=name,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="CPU",
        Namespace="shop",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )


def monitoring(console: Console) -> dict[str, str]:
    cloudwatch, logs = console("cloudwatch"), console("logs")
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets": []}')
    cloudwatch.put_dashboard(DashboardName="shop-2", DashboardBody='{"widgets": []}')
    alarm(console, "shop-cpu")
    for name in ("/shop/web", "/shop/web-2"):
        logs.create_log_group(logGroupName=name)
    for name in ("errors", "errors-2"):
        logs.put_metric_filter(
            logGroupName="/shop/web",
            filterName=name,
            filterPattern="ERROR",
            metricTransformations=[
                {"metricName": name, "metricNamespace": "shop", "metricValue": "1"}
            ],
        )
    return {
        "aws_cloudwatch_dashboard.shop": "shop",
        "aws_cloudwatch_log_group.web": "/shop/web",
        "aws_cloudwatch_log_metric_filter.errors": "/shop/web:errors",
        "aws_cloudwatch_metric_alarm.cpu": "shop-cpu",
    }


def edge(console: Console, subnets: list[str]) -> dict[str, str]:
    waf = console("wafv2")
    visibility = {
        "SampledRequestsEnabled": False,
        "CloudWatchMetricsEnabled": False,
        "MetricName": "shop",
    }
    acls = [
        waf.create_web_acl(
            Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility
        )["Summary"]
        for name in ("other-waf", "shop-waf")
    ]
    acl = acls[1]
    balancer = console("elbv2").create_load_balancer(Name="shop-alb", Subnets=subnets)
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    waf.associate_web_acl(WebACLArn=acl["ARN"], ResourceArn=arn)
    waf.put_logging_configuration(
        LoggingConfiguration={
            "ResourceArn": acl["ARN"],
            "LogDestinationConfigs": [f"arn:aws:logs:{ARN}:log-group:aws-waf-logs-shop"],
        }
    )
    return {
        "aws_lb.web": arn,
        "aws_wafv2_web_acl.acl": f"{acl['Id']}/shop-waf/REGIONAL",
        "aws_wafv2_web_acl_association.acl": f"{acl['ARN']},{arn}",
        "aws_wafv2_web_acl_logging_configuration.acl": acl["ARN"],
    }


def build(console: Console) -> dict[str, str]:
    """Create all resources, and return their Terraform import ids by address."""
    found = console("ec2").describe_subnets()["Subnets"]
    subnets = [subnet["SubnetId"] for subnet in found[:2]]
    return {
        **containers(console),
        **monitoring(console),
        **data(console, subnets),
        **storage(console),
        **access(console),
        **edge(console, subnets),
    }
