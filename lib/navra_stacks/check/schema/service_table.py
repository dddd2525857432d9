"""The operations of the AWS API that create the resources of each type.

An argument and a member with the same name in snake case (``launch_type`` and ``launchType``) have
the same values. Only where the names differ is the pair stated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["OPERATIONS", "Operation"]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, and how the arguments of a resource type correspond to its members."""

    service: str
    """The service in botocore."""

    name: str

    members: Mapping[str, str] = field(default_factory=dict)
    """The member of each argument with another name, both as paths with dots."""

    more_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that the provider accepts besides those of the API, by argument."""

    ignores_case: bool = False
    """True if the provider accepts values in upper and lower case."""


def _elbv2(
    name: str, members: Mapping[str, str], more_values: Mapping[str, tuple[str, ...]] | None = None
) -> Operation:
    return Operation("elbv2", name, members, more_values or {}, ignores_case=True)


_TARGET_GROUP = _elbv2(
    "CreateTargetGroup",
    {
        "health_check.healthy_threshold": "HealthyThresholdCount",
        "health_check.interval": "HealthCheckIntervalSeconds",
        "health_check.path": "HealthCheckPath",
        "health_check.protocol": "HealthCheckProtocol",
        "health_check.timeout": "HealthCheckTimeoutSeconds",
        "health_check.unhealthy_threshold": "UnhealthyThresholdCount",
    },
)
_LOAD_BALANCER = _elbv2("CreateLoadBalancer", {"load_balancer_type": "Type"})
_LISTENER = _elbv2("CreateListener", {"default_action.type": "DefaultActions.Type"})
# 99999 is the priority of the default rule.
_LISTENER_RULE = _elbv2("CreateRule", {"action.type": "Actions.Type"}, {"priority": ("99999",)})

OPERATIONS: Mapping[str, Operation] = {
    "aws_acm_certificate": Operation("acm", "RequestCertificate"),
    "aws_alb": _LOAD_BALANCER,
    "aws_alb_listener": _LISTENER,
    "aws_alb_listener_rule": _LISTENER_RULE,
    "aws_alb_target_group": _TARGET_GROUP,
    "aws_appautoscaling_policy": Operation(
        "application-autoscaling", "PutScalingPolicy", {"name": "PolicyName"}
    ),
    "aws_appautoscaling_scheduled_action": Operation(
        "application-autoscaling", "PutScheduledAction", {"name": "ScheduledActionName"}
    ),
    "aws_appautoscaling_target": Operation("application-autoscaling", "RegisterScalableTarget"),
    "aws_cloudwatch_log_group": Operation("logs", "CreateLogGroup", {"name": "logGroupName"}),
    "aws_cloudwatch_log_metric_filter": Operation(
        "logs",
        "PutMetricFilter",
        {
            "metric_transformation.name": "metricTransformations.metricName",
            "metric_transformation.namespace": "metricTransformations.metricNamespace",
            "metric_transformation.unit": "metricTransformations.unit",
            "metric_transformation.value": "metricTransformations.metricValue",
            "name": "filterName",
            "pattern": "filterPattern",
        },
    ),
    "aws_cloudwatch_metric_alarm": Operation(
        "cloudwatch", "PutMetricAlarm", {"metric_query.expression": "Metrics.Expression"}
    ),
    "aws_db_instance": Operation("rds", "CreateDBInstance"),
    "aws_ecr_repository": Operation(
        "ecr",
        "CreateRepository",
        {
            "image_tag_mutability_exclusion_filter.filter": (
                "imageTagMutabilityExclusionFilters.filter"
            ),
            "image_tag_mutability_exclusion_filter.filter_type": (
                "imageTagMutabilityExclusionFilters.filterType"
            ),
            "name": "repositoryName",
        },
    ),
    "aws_ecs_cluster": Operation("ecs", "CreateCluster", {"setting.name": "settings.name"}),
    "aws_ecs_cluster_capacity_providers": Operation("ecs", "PutClusterCapacityProviders"),
    "aws_ecs_service": Operation(
        "ecs",
        "CreateService",
        {"ordered_placement_strategy.type": "placementStrategy.type"},
    ),
    "aws_ecs_task_definition": Operation("ecs", "RegisterTaskDefinition"),
    "aws_elasticache_replication_group": Operation(
        "elasticache",
        "CreateReplicationGroup",
        {
            "log_delivery_configuration.destination_type": (
                "LogDeliveryConfigurations.DestinationType"
            ),
            "log_delivery_configuration.log_format": "LogDeliveryConfigurations.LogFormat",
            "log_delivery_configuration.log_type": "LogDeliveryConfigurations.LogType",
        },
    ),
    "aws_flow_log": Operation("ec2", "CreateFlowLogs"),
    "aws_iam_policy": Operation("iam", "CreatePolicy", {"name": "PolicyName"}),
    "aws_iam_role": Operation("iam", "CreateRole", {"name": "RoleName"}),
    "aws_iam_role_policy": Operation("iam", "PutRolePolicy", {"name": "PolicyName"}),
    "aws_kms_alias": Operation("kms", "CreateAlias", {"name": "AliasName"}),
    "aws_kms_key": Operation("kms", "CreateKey"),
    "aws_lb": _LOAD_BALANCER,
    "aws_lb_listener": _LISTENER,
    "aws_lb_listener_rule": _LISTENER_RULE,
    "aws_lb_target_group": _TARGET_GROUP,
    "aws_route53_record": Operation(
        "route53",
        "ChangeResourceRecordSets",
        {
            "set_identifier": "ChangeBatch.Changes.ResourceRecordSet.SetIdentifier",
            "ttl": "ChangeBatch.Changes.ResourceRecordSet.TTL",
            "type": "ChangeBatch.Changes.ResourceRecordSet.Type",
        },
    ),
    "aws_s3_bucket_lifecycle_configuration": Operation(
        "s3",
        "PutBucketLifecycleConfiguration",
        {
            "rule.status": "LifecycleConfiguration.Rules.Status",
            "rule.transition.storage_class": (
                "LifecycleConfiguration.Rules.Transitions.StorageClass"
            ),
        },
    ),
    "aws_s3_bucket_ownership_controls": Operation(
        "s3",
        "PutBucketOwnershipControls",
        {"rule.object_ownership": "OwnershipControls.Rules.ObjectOwnership"},
    ),
    "aws_s3_bucket_server_side_encryption_configuration": Operation(
        "s3",
        "PutBucketEncryption",
        {
            "rule.apply_server_side_encryption_by_default.sse_algorithm": (
                "ServerSideEncryptionConfiguration.Rules"
                ".ApplyServerSideEncryptionByDefault.SSEAlgorithm"
            )
        },
    ),
    "aws_s3_bucket_versioning": Operation(
        "s3",
        "PutBucketVersioning",
        more_values={"versioning_configuration.status": ("Disabled",)},
    ),
    "aws_secretsmanager_secret": Operation("secretsmanager", "CreateSecret"),
    "aws_sns_topic": Operation("sns", "CreateTopic"),
    "aws_vpc": Operation("ec2", "CreateVpc", ignores_case=True),
    "aws_vpc_endpoint": Operation("ec2", "CreateVpcEndpoint", ignores_case=True),
    "aws_vpc_security_group_egress_rule": Operation("ec2", "AuthorizeSecurityGroupEgress"),
    "aws_vpc_security_group_ingress_rule": Operation("ec2", "AuthorizeSecurityGroupIngress"),
    "aws_wafv2_web_acl": Operation(
        "wafv2",
        "CreateWebACL",
        {
            "rule.name": "Rules.Name",
            "rule.visibility_config.metric_name": "Rules.VisibilityConfig.MetricName",
        },
    ),
}
"""The operation of each resource type."""
