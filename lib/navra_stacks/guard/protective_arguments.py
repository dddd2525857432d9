"""Tables of arguments whose change in place loses data, cuts traffic or removes a protection.

An argument of a nested block is written without indexes, for example ``access_logs.enabled``. Each
entry has the page of AWS or of the provider that describes the effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = [
    "ENTRIES",
    "RETENTIONS",
    "RETENTIONS_WITHOUT_END",
    "SWITCHES",
    "SWITCHES_WHEN_ON",
    "ZERO",
    "Effect",
    "Entries",
]

_PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/"
_EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_"
_KMS = "https://docs.aws.amazon.com/kms/latest/APIReference/API_"
_RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_"
_EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_"
_TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_"
_WAF = "https://docs.aws.amazon.com/waf/latest/APIReference/API_"
_CLOUDFRONT = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_"
_ELASTICACHE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_"


class Effect(NamedTuple):
    """The effect of a changed argument."""

    why: str
    source: str


class Entries(NamedTuple):
    """The entries of a list or a block, and the effect if one of them is removed."""

    keys: tuple[str, ...]
    """The arguments that identify an entry; the first one with a value does. Empty for a list of
    strings."""

    why: str
    source: str


_PUBLIC_BUCKET = Effect(
    "access of the public is no longer blocked", f"{_S3}PublicAccessBlockConfiguration.html"
)
_KEY_DISABLED = Effect(
    "data encrypted with the key cannot be read while it is disabled", f"{_KMS}DisableKey.html"
)
_TRAIL_OFF = Effect("API calls are no longer recorded", f"{_TRAIL}StopLogging.html")
_TRAIL_NARROWED = Effect("some API calls are no longer recorded", f"{_TRAIL}UpdateTrail.html")
_RULE_DISABLED = Effect("events no longer reach its targets", f"{_EVENTS}DisableRule.html")
_LOGS_OFF = Effect(
    "requests are no longer logged",
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
)

SWITCHES: Mapping[tuple[str, str], Effect] = {
    ("aws_alb", "access_logs.enabled"): _LOGS_OFF,
    ("aws_cloudfront_distribution", "enabled"): Effect(
        "requests are no longer served", f"{_CLOUDFRONT}DistributionConfig.html"
    ),
    ("aws_cloudtrail", "enable_log_file_validation"): Effect(
        "a manipulation of log files can no longer be detected", f"{_TRAIL}UpdateTrail.html"
    ),
    ("aws_cloudtrail", "enable_logging"): _TRAIL_OFF,
    ("aws_cloudtrail", "include_global_service_events"): _TRAIL_NARROWED,
    ("aws_cloudtrail", "is_multi_region_trail"): _TRAIL_NARROWED,
    ("aws_cloudtrail", "is_organization_trail"): _TRAIL_NARROWED,
    ("aws_cloudwatch_event_rule", "is_enabled"): _RULE_DISABLED,
    ("aws_cloudwatch_event_rule", "state"): _RULE_DISABLED,
    ("aws_config_configuration_recorder_status", "is_enabled"): Effect(
        "changes of resources are no longer recorded",
        "https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html",
    ),
    ("aws_db_instance", "iam_database_authentication_enabled"): Effect(
        "clients with IAM authentication can no longer connect", f"{_RDS}ModifyDBInstance.html"
    ),
    ("aws_dlm_lifecycle_policy", "state"): Effect(
        "no further snapshots are created",
        "https://docs.aws.amazon.com/dlm/latest/APIReference/API_UpdateLifecyclePolicy.html",
    ),
    ("aws_dynamodb_table", "point_in_time_recovery.enabled"): Effect(
        "it deletes the continuous backups",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html",
    ),
    ("aws_ebs_encryption_by_default", "enabled"): Effect(
        "new volumes are no longer encrypted by default",
        f"{_EC2}DisableEbsEncryptionByDefault.html",
    ),
    ("aws_efs_backup_policy", "backup_policy.status"): Effect(
        "no further backups are created",
        "https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html",
    ),
    ("aws_globalaccelerator_accelerator", "enabled"): Effect(
        "requests are no longer served",
        "https://docs.aws.amazon.com/global-accelerator/latest/api/API_UpdateAccelerator.html",
    ),
    ("aws_guardduty_detector", "enable"): Effect(
        "threats are no longer detected",
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html",
    ),
    ("aws_iam_access_key", "status"): Effect(
        "requests that are signed with the key are rejected",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html",
    ),
    ("aws_kms_external_key", "enabled"): _KEY_DISABLED,
    ("aws_kms_key", "enable_key_rotation"): Effect(
        "the key is no longer rotated", f"{_KMS}DisableKeyRotation.html"
    ),
    ("aws_kms_key", "is_enabled"): _KEY_DISABLED,
    ("aws_kms_replica_key", "enabled"): _KEY_DISABLED,
    ("aws_lambda_event_source_mapping", "enabled"): Effect(
        "records are no longer processed",
        "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html",
    ),
    ("aws_lb", "access_logs.enabled"): _LOGS_OFF,
    ("aws_rds_cluster", "iam_database_authentication_enabled"): Effect(
        "clients with IAM authentication can no longer connect", f"{_RDS}ModifyDBCluster.html"
    ),
    ("aws_s3_account_public_access_block", "block_public_acls"): _PUBLIC_BUCKET,
    ("aws_s3_account_public_access_block", "block_public_policy"): _PUBLIC_BUCKET,
    ("aws_s3_account_public_access_block", "ignore_public_acls"): _PUBLIC_BUCKET,
    ("aws_s3_account_public_access_block", "restrict_public_buckets"): _PUBLIC_BUCKET,
    ("aws_s3_bucket_public_access_block", "block_public_acls"): _PUBLIC_BUCKET,
    ("aws_s3_bucket_public_access_block", "block_public_policy"): _PUBLIC_BUCKET,
    ("aws_s3_bucket_public_access_block", "ignore_public_acls"): _PUBLIC_BUCKET,
    ("aws_s3_bucket_public_access_block", "restrict_public_buckets"): _PUBLIC_BUCKET,
    ("aws_s3_bucket_versioning", "versioning_configuration.status"): Effect(
        "objects that are overwritten or deleted later cannot be recovered",
        f"{_S3}PutBucketVersioning.html",
    ),
    ("aws_scheduler_schedule", "state"): Effect(
        "its target is no longer invoked",
        "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html",
    ),
    ("aws_vpc", "enable_dns_support"): Effect(
        "host names are no longer resolved in the VPC", f"{_EC2}ModifyVpcAttribute.html"
    ),
    ("aws_vpc_endpoint", "private_dns_enabled"): Effect(
        "requests to the service no longer pass through the endpoint",
        f"{_EC2}ModifyVpcEndpoint.html",
    ),
}
"""Arguments that weaken a resource when they are switched off."""

SWITCHES_WHEN_ON: Mapping[tuple[str, str], Effect] = {
    ("aws_api_gateway_rest_api", "disable_execute_api_endpoint"): Effect(
        "requests to the default endpoint are rejected", f"{_PROVIDER}api_gateway_rest_api"
    ),
    ("aws_apigatewayv2_api", "disable_execute_api_endpoint"): Effect(
        "requests to the default endpoint are rejected", f"{_PROVIDER}apigatewayv2_api"
    ),
    ("aws_cloudtrail_event_data_store", "suspend"): Effect(
        "events are no longer recorded", f"{_TRAIL}StopEventDataStoreIngestion.html"
    ),
}
"""Arguments that weaken a resource when they are switched on."""

_BACKUPS = "older backups are deleted"

RETENTIONS: Mapping[tuple[str, str], Effect] = {
    ("aws_cloudtrail_event_data_store", "retention_period"): Effect(
        "older events are deleted", f"{_TRAIL}UpdateEventDataStore.html"
    ),
    ("aws_db_instance", "backup_retention_period"): Effect(
        _BACKUPS, f"{_RDS}ModifyDBInstance.html"
    ),
    ("aws_docdb_cluster", "backup_retention_period"): Effect(
        _BACKUPS,
        "https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ModifyDBCluster.html",
    ),
    ("aws_dynamodb_table", "point_in_time_recovery.recovery_period_in_days"): Effect(
        "older states of the table can no longer be restored",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html",
    ),
    ("aws_elasticache_cluster", "snapshot_retention_limit"): Effect(
        _BACKUPS, f"{_ELASTICACHE}ModifyCacheCluster.html"
    ),
    ("aws_elasticache_replication_group", "snapshot_retention_limit"): Effect(
        _BACKUPS, f"{_ELASTICACHE}ModifyReplicationGroup.html"
    ),
    ("aws_fsx_lustre_file_system", "automatic_backup_retention_days"): Effect(
        _BACKUPS,
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_UpdateFileSystemLustreConfiguration.html",
    ),
    ("aws_fsx_ontap_file_system", "automatic_backup_retention_days"): Effect(
        _BACKUPS,
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_UpdateFileSystemOntapConfiguration.html",
    ),
    ("aws_fsx_openzfs_file_system", "automatic_backup_retention_days"): Effect(
        _BACKUPS,
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_UpdateFileSystemOpenZFSConfiguration.html",
    ),
    ("aws_fsx_windows_file_system", "automatic_backup_retention_days"): Effect(
        _BACKUPS,
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_UpdateFileSystemWindowsConfiguration.html",
    ),
    ("aws_kinesis_stream", "retention_period"): Effect(
        "older records are deleted",
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DecreaseStreamRetentionPeriod.html",
    ),
    ("aws_kinesis_video_stream", "data_retention_in_hours"): Effect(
        "older data is deleted",
        "https://docs.aws.amazon.com/kinesisvideostreams/latest/dg/API_UpdateDataRetention.html",
    ),
    ("aws_memorydb_cluster", "snapshot_retention_limit"): Effect(
        _BACKUPS, "https://docs.aws.amazon.com/memorydb/latest/APIReference/API_UpdateCluster.html"
    ),
    ("aws_neptune_cluster", "backup_retention_period"): Effect(
        _BACKUPS, "https://docs.aws.amazon.com/neptune/latest/apiref/API_ModifyDBCluster.html"
    ),
    ("aws_rds_cluster", "backup_retention_period"): Effect(_BACKUPS, f"{_RDS}ModifyDBCluster.html"),
    ("aws_redshift_cluster", "automated_snapshot_retention_period"): Effect(
        _BACKUPS, "https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html"
    ),
    ("aws_s3_bucket_object_lock_configuration", "rule.default_retention.days"): Effect(
        "new objects can be deleted earlier", f"{_S3}PutObjectLockConfiguration.html"
    ),
    ("aws_s3_bucket_object_lock_configuration", "rule.default_retention.years"): Effect(
        "new objects can be deleted earlier", f"{_S3}PutObjectLockConfiguration.html"
    ),
    ("aws_sqs_queue", "message_retention_seconds"): Effect(
        "older messages are deleted",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    ),
    (
        "aws_timestreamwrite_table",
        "retention_properties.magnetic_store_retention_period_in_days",
    ): Effect(
        "older records are deleted",
        "https://docs.aws.amazon.com/timestream/latest/developerguide/API_UpdateTable.html",
    ),
}
"""Arguments for how long something is retained, in any unit. A lower number loses data."""

RETENTIONS_WITHOUT_END: Mapping[tuple[str, str], Effect] = {
    ("aws_cloudwatch_event_archive", "retention_days"): Effect(
        "older events are deleted", f"{_EVENTS}CreateArchive.html"
    ),
    ("aws_cloudwatch_log_group", "retention_in_days"): Effect(
        "older log events are deleted",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    ),
}
"""Arguments for a retention that has no end at 0 or without a value. Any other number is lower."""

ZERO: Mapping[tuple[str, str], Effect] = {
    ("aws_api_gateway_method_settings", "settings.throttling_burst_limit"): Effect(
        "all requests are rejected", f"{_PROVIDER}api_gateway_method_settings"
    ),
    ("aws_api_gateway_method_settings", "settings.throttling_rate_limit"): Effect(
        "all requests are rejected", f"{_PROVIDER}api_gateway_method_settings"
    ),
    ("aws_globalaccelerator_endpoint_group", "traffic_dial_percentage"): Effect(
        "the endpoints no longer receive requests",
        "https://docs.aws.amazon.com/global-accelerator/latest/api/API_UpdateEndpointGroup.html",
    ),
    # Without reserved concurrency, the value is -1.
    ("aws_lambda_function", "reserved_concurrent_executions"): Effect(
        "it scales to zero", f"{_PROVIDER}lambda_function#reserved_concurrent_executions-1"
    ),
}
"""Arguments that cut traffic at 0, from any other value, also from -1 or without a value."""

_ROUTES = Entries(
    ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"),
    "network traffic is no longer routed",
    f"{_EC2}DeleteRoute.html",
)
_WAF_RULES = Entries(
    ("name",), "requests are no longer inspected by it", f"{_WAF}UpdateWebACL.html"
)
_IAM = "workloads lose permissions"
_DATABASE_LOGS = "logs are no longer exported to CloudWatch"

ENTRIES: Mapping[tuple[str, str], Entries] = {
    ("aws_autoscaling_group", "target_group_arns"): Entries(
        (),
        "instances no longer receive requests",
        "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachLoadBalancerTargetGroups.html",
    ),
    ("aws_backup_plan", "rule"): Entries(
        ("rule_name",),
        "no further backups are created by it",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateBackupPlan.html",
    ),
    ("aws_cloudfront_distribution", "aliases"): Entries(
        (), "requests to the host name are rejected", f"{_CLOUDFRONT}DistributionConfig.html"
    ),
    ("aws_cloudfront_distribution", "ordered_cache_behavior"): Entries(
        ("path_pattern",),
        "requests are handled by another cache behavior",
        f"{_CLOUDFRONT}DistributionConfig.html",
    ),
    ("aws_cloudfront_distribution", "origin"): Entries(
        ("origin_id",), "requests no longer reach it", f"{_CLOUDFRONT}DistributionConfig.html"
    ),
    ("aws_cognito_user_pool_client", "callback_urls"): Entries(
        (),
        "users can no longer sign in through it",
        "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html",
    ),
    ("aws_db_instance", "enabled_cloudwatch_logs_exports"): Entries(
        (), _DATABASE_LOGS, f"{_RDS}CloudwatchLogsExportConfiguration.html"
    ),
    ("aws_default_route_table", "route"): _ROUTES,
    ("aws_ec2_managed_prefix_list", "entry"): Entries(
        ("cidr",),
        "rules and routes with the prefix list no longer apply to it",
        f"{_EC2}ModifyManagedPrefixList.html",
    ),
    ("aws_ecs_cluster_capacity_providers", "capacity_providers"): Entries(
        (),
        "services can no longer start tasks with it",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html",
    ),
    ("aws_ecs_service", "load_balancer"): Entries(
        ("target_group_arn", "elb_name"),
        "tasks no longer receive requests through it",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html",
    ),
    ("aws_ecs_service", "service_registries"): Entries(
        ("registry_arn",),
        "tasks are no longer registered in it",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html",
    ),
    ("aws_eks_cluster", "enabled_cluster_log_types"): Entries(
        (),
        "logs are no longer written",
        "https://docs.aws.amazon.com/eks/latest/APIReference/API_Logging.html",
    ),
    ("aws_iam_group_membership", "users"): Entries((), _IAM, f"{_PROVIDER}iam_group_membership"),
    ("aws_iam_policy_attachment", "groups"): Entries((), _IAM, f"{_PROVIDER}iam_policy_attachment"),
    ("aws_iam_policy_attachment", "roles"): Entries((), _IAM, f"{_PROVIDER}iam_policy_attachment"),
    ("aws_iam_policy_attachment", "users"): Entries((), _IAM, f"{_PROVIDER}iam_policy_attachment"),
    ("aws_iam_role", "inline_policy"): Entries(("name",), _IAM, f"{_PROVIDER}iam_role"),
    ("aws_iam_role", "managed_policy_arns"): Entries((), _IAM, f"{_PROVIDER}iam_role"),
    ("aws_iam_role_policies_exclusive", "policy_names"): Entries(
        (), _IAM, f"{_PROVIDER}iam_role_policies_exclusive"
    ),
    ("aws_iam_role_policy_attachments_exclusive", "policy_arns"): Entries(
        (), _IAM, f"{_PROVIDER}iam_role_policy_attachments_exclusive"
    ),
    ("aws_rds_cluster", "enabled_cloudwatch_logs_exports"): Entries(
        (), _DATABASE_LOGS, f"{_RDS}CloudwatchLogsExportConfiguration.html"
    ),
    ("aws_route_table", "route"): _ROUTES,
    ("aws_s3_bucket_notification", "lambda_function"): Entries(
        ("lambda_function_arn",),
        "events are no longer delivered to it",
        f"{_S3}PutBucketNotificationConfiguration.html",
    ),
    ("aws_s3_bucket_notification", "queue"): Entries(
        ("queue_arn",),
        "events are no longer delivered to it",
        f"{_S3}PutBucketNotificationConfiguration.html",
    ),
    ("aws_s3_bucket_notification", "topic"): Entries(
        ("topic_arn",),
        "events are no longer delivered to it",
        f"{_S3}PutBucketNotificationConfiguration.html",
    ),
    ("aws_s3_bucket_replication_configuration", "rule"): Entries(
        ("id",), "objects are no longer replicated by it", f"{_S3}PutBucketReplication.html"
    ),
    ("aws_vpc_endpoint", "route_table_ids"): Entries(
        (), "network traffic no longer reaches the endpoint", f"{_EC2}ModifyVpcEndpoint.html"
    ),
    ("aws_vpc_endpoint", "subnet_ids"): Entries(
        (), "network traffic no longer reaches the endpoint", f"{_EC2}ModifyVpcEndpoint.html"
    ),
    ("aws_wafv2_rule_group", "rule"): _WAF_RULES,
    ("aws_wafv2_web_acl", "rule"): _WAF_RULES,
}
"""Lists and blocks that lose traffic, data or a protection with each removed entry."""
