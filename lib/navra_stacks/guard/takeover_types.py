"""Tables of Terraform types whose creation changes something that already exists in AWS.

Each entry names the arguments that identify what exists, and the page that describes the effect:
of the API operation that the provider calls on creation, or of the provider's resource.
"""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.guard.account_takeovers import BY_NAME, PER_ACCOUNT
from navra_stacks.guard.takeover import Takeover, removed, replaced

__all__ = ["TAKEOVERS"]

_PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_"
_EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_"
_ECR = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_"


def _per_bucket(what: str, operation: str) -> Takeover:
    return Takeover("bucket", "aws_s3_bucket", replaced(what), f"{_S3}{operation}.html")


_BUCKETS: Mapping[str, Takeover] = {
    "aws_s3_bucket_accelerate_configuration": _per_bucket(
        "acceleration status of the bucket", "PutBucketAccelerateConfiguration"
    ),
    "aws_s3_bucket_acl": _per_bucket("ACL of the bucket", "PutBucketAcl"),
    "aws_s3_bucket_cors_configuration": _per_bucket(
        "CORS configuration of the bucket", "PutBucketCors"
    ),
    "aws_s3_bucket_lifecycle_configuration": _per_bucket(
        "lifecycle configuration of the bucket", "PutBucketLifecycleConfiguration"
    ),
    "aws_s3_bucket_logging": _per_bucket("logging configuration of the bucket", "PutBucketLogging"),
    "aws_s3_bucket_notification": _per_bucket(
        "notification configuration of the bucket", "PutBucketNotificationConfiguration"
    ),
    "aws_s3_bucket_object_lock_configuration": _per_bucket(
        "Object Lock configuration of the bucket", "PutObjectLockConfiguration"
    ),
    "aws_s3_bucket_ownership_controls": _per_bucket(
        "ownership setting of the bucket", "PutBucketOwnershipControls"
    ),
    "aws_s3_bucket_policy": _per_bucket("policy of the bucket", "PutBucketPolicy"),
    "aws_s3_bucket_public_access_block": _per_bucket(
        "public access block of the bucket", "PutPublicAccessBlock"
    ),
    "aws_s3_bucket_replication_configuration": _per_bucket(
        "replication configuration of the bucket", "PutBucketReplication"
    ),
    "aws_s3_bucket_request_payment_configuration": _per_bucket(
        "request payment configuration of the bucket", "PutBucketRequestPayment"
    ),
    "aws_s3_bucket_server_side_encryption_configuration": _per_bucket(
        "encryption configuration of the bucket", "PutBucketEncryption"
    ),
    "aws_s3_bucket_versioning": _per_bucket(
        "versioning status of the bucket", "PutBucketVersioning"
    ),
    "aws_s3_bucket_website_configuration": _per_bucket(
        "website configuration of the bucket", "PutBucketWebsite"
    ),
}
"""Configurations of which a bucket has one."""

_PER_OWNER: Mapping[str, Takeover] = {
    "aws_api_gateway_rest_api_policy": Takeover(
        "rest_api_id",
        "aws_api_gateway_rest_api",
        replaced("policy of the API"),
        f"{_PROVIDER}api_gateway_rest_api_policy",
    ),
    "aws_backup_vault_notifications": Takeover(
        "backup_vault_name",
        "aws_backup_vault",
        replaced("notification configuration of the vault"),
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html",
    ),
    "aws_backup_vault_policy": Takeover(
        "backup_vault_name",
        "aws_backup_vault",
        replaced("policy of the vault"),
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultAccessPolicy.html",
    ),
    "aws_cloudwatch_event_bus_policy": Takeover(
        "event_bus_name",
        "aws_cloudwatch_event_bus",
        replaced("policy of the event bus"),
        f"{_PROVIDER}cloudwatch_event_bus_policy",
    ),
    "aws_codebuild_resource_policy": Takeover(
        "resource_arn",
        "aws_codebuild_project",
        replaced("policy of the project"),
        "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_cognito_identity_pool_roles_attachment": Takeover(
        "identity_pool_id",
        "aws_cognito_identity_pool",
        replaced("set of roles of the identity pool"),
        "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html",
    ),
    "aws_dynamodb_resource_policy": Takeover(
        "resource_arn",
        "aws_dynamodb_table",
        replaced("policy of the table"),
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_ecr_lifecycle_policy": Takeover(
        "repository",
        "aws_ecr_repository",
        replaced("lifecycle policy of the repository"),
        f"{_ECR}PutLifecyclePolicy.html",
    ),
    "aws_ecr_repository_policy": Takeover(
        "repository",
        "aws_ecr_repository",
        replaced("policy of the repository"),
        f"{_ECR}SetRepositoryPolicy.html",
    ),
    "aws_ecs_cluster_capacity_providers": Takeover(
        "cluster_name",
        "aws_ecs_cluster",
        removed("capacity providers"),
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html",
    ),
    "aws_efs_backup_policy": Takeover(
        "file_system_id",
        "aws_efs_file_system",
        replaced("backup policy of the file system"),
        "https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html",
    ),
    "aws_efs_file_system_policy": Takeover(
        "file_system_id",
        "aws_efs_file_system",
        replaced("policy of the file system"),
        "https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html",
    ),
    "aws_kinesis_resource_policy": Takeover(
        "resource_arn",
        "aws_kinesis_stream",
        replaced("policy of the stream"),
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_kms_key_policy": Takeover(
        "key_id",
        "aws_kms_key",
        replaced("policy of the key"),
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
    ),
    "aws_lambda_function_event_invoke_config": Takeover(
        "function_name",
        "aws_lambda_function",
        replaced("configuration of asynchronous invocations"),
        "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html",
    ),
    "aws_main_route_table_association": Takeover(
        "vpc_id",
        "aws_vpc",
        "the main route table of the VPC would be replaced, and with it the routes of all subnets "
        "without a route table of their own",
        f"{_PROVIDER}main_route_table_association",
    ),
    "aws_networkfirewall_resource_policy": Takeover(
        "resource_arn",
        "aws_networkfirewall_firewall_policy",
        replaced("policy of the firewall"),
        "https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_opensearch_domain_policy": Takeover(
        "domain_name",
        "aws_opensearch_domain",
        replaced("access policy of the domain"),
        f"{_PROVIDER}opensearch_domain_policy",
    ),
    "aws_secretsmanager_secret_policy": Takeover(
        "secret_arn",
        "aws_secretsmanager_secret",
        replaced("policy of the secret"),
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
    ),
    "aws_secretsmanager_secret_rotation": Takeover(
        "secret_id",
        "aws_secretsmanager_secret",
        replaced("rotation configuration of the secret"),
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html",
    ),
    "aws_sns_topic_policy": Takeover(
        "arn",
        "aws_sns_topic",
        replaced("policy of the topic"),
        "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
    ),
    "aws_sqs_queue_policy": Takeover(
        "queue_url",
        "aws_sqs_queue",
        replaced("policy of the queue"),
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    ),
    "aws_sqs_queue_redrive_policy": Takeover(
        "queue_url",
        "aws_sqs_queue",
        replaced("redrive policy of the queue"),
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    ),
    "aws_vpc_dhcp_options_association": Takeover(
        "vpc_id",
        "aws_vpc",
        "the DHCP options of the VPC would be replaced",
        f"{_EC2}AssociateDhcpOptions.html",
    ),
    "aws_wafv2_web_acl_association": Takeover(
        "resource_arn",
        "aws_lb",
        "the web ACL that is associated with the resource would be replaced",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html",
    ),
    "aws_wafv2_web_acl_logging_configuration": Takeover(
        "resource_arn",
        "aws_wafv2_web_acl",
        replaced("logging configuration of the web ACL"),
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html",
    ),
}
"""Configurations of which the owner has one."""

_EXCLUSIVE: Mapping[str, Takeover] = {
    "aws_default_network_acl": Takeover(
        "default_network_acl_id",
        "aws_vpc",
        "rules and routes that the configuration does not contain would be deleted",
        f"{_PROVIDER}default_network_acl",
    ),
    "aws_default_route_table": Takeover(
        "default_route_table_id",
        "aws_vpc",
        "rules and routes that the configuration does not contain would be deleted",
        f"{_PROVIDER}default_route_table",
    ),
    "aws_default_security_group": Takeover(
        "vpc_id",
        "aws_vpc",
        "rules and routes that the configuration does not contain would be deleted",
        f"{_PROVIDER}default_security_group",
    ),
    "aws_iam_group_membership": Takeover(
        "group",
        "aws_iam_group",
        removed("members of the group"),
        f"{_PROVIDER}iam_group_membership",
    ),
    "aws_iam_group_policies_exclusive": Takeover(
        "group_name",
        "aws_iam_group",
        removed("inline policies of the group"),
        f"{_PROVIDER}iam_group_policies_exclusive",
    ),
    "aws_iam_group_policy_attachments_exclusive": Takeover(
        "group_name",
        "aws_iam_group",
        removed("policies of the group"),
        f"{_PROVIDER}iam_group_policy_attachments_exclusive",
    ),
    "aws_iam_policy_attachment": Takeover(
        "policy_arn",
        "aws_iam_policy",
        "the policy would be detached from all roles, users and groups in the account that the "
        "configuration does not contain",
        f"{_PROVIDER}iam_policy_attachment",
    ),
    "aws_iam_role_policies_exclusive": Takeover(
        "role_name",
        "aws_iam_role",
        removed("inline policies of the role"),
        f"{_PROVIDER}iam_role_policies_exclusive",
    ),
    "aws_iam_role_policy_attachments_exclusive": Takeover(
        "role_name",
        "aws_iam_role",
        removed("policies of the role"),
        f"{_PROVIDER}iam_role_policy_attachments_exclusive",
    ),
    "aws_iam_user_policies_exclusive": Takeover(
        "user_name",
        "aws_iam_user",
        removed("inline policies of the user"),
        f"{_PROVIDER}iam_user_policies_exclusive",
    ),
    "aws_iam_user_policy_attachments_exclusive": Takeover(
        "user_name",
        "aws_iam_user",
        removed("policies of the user"),
        f"{_PROVIDER}iam_user_policy_attachments_exclusive",
    ),
    "aws_route53_records_exclusive": Takeover(
        "zone_id",
        "aws_route53_zone",
        removed("records of the zone"),
        f"{_PROVIDER}route53_records_exclusive",
    ),
    "aws_vpc_security_group_rules_exclusive": Takeover(
        "security_group_id",
        "aws_security_group",
        removed("rules of the security group"),
        # Not in 6.25.0.
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_rules_exclusive",
    ),
}
"""Types that remove everything of their kind that the configuration does not contain."""

TAKEOVERS: Mapping[str, Takeover] = {
    **_BUCKETS,
    **_PER_OWNER,
    **PER_ACCOUNT,
    **BY_NAME,
    **_EXCLUSIVE,
}
"""All types whose creation replaces or removes something that exists."""
