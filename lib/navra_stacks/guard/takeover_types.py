"""Tables of Terraform types whose creation changes something that already exists in AWS.

Each entry names the arguments that identify what exists, and the page that describes the effect:
of the API operation that the provider calls on creation, or of the provider's resource. The file is
long, because it is one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["TAKEOVERS", "Takeover"]

_PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_"
_S3_CONTROL = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_"
_EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_"
_ECR = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_"
_IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_"


class Takeover(NamedTuple):
    """What the creation of a resource replaces or removes."""

    owner: str | None
    """The argument that names the owner of what is replaced, for example ``bucket``. None if the
    account has only one, or one in each Region."""

    owner_type: str | None
    """The Terraform type of the owner; None if no resource creates the owner."""

    loss: str
    """The effect on what exists."""

    source: str
    """The page that describes the effect."""

    condition: tuple[str, Any] | None = None
    """An argument and the value with which the creation has the effect; None: with any values."""


def _replaced(what: str) -> str:
    return f"an existing {what} would be replaced"


def _removed(what: str) -> str:
    return f"{what} that the configuration does not contain would be removed"


def _per_bucket(what: str, operation: str) -> Takeover:
    return Takeover("bucket", "aws_s3_bucket", _replaced(what), f"{_S3}{operation}.html")


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
        _replaced("policy of the API"),
        f"{_PROVIDER}api_gateway_rest_api_policy",
    ),
    "aws_backup_vault_notifications": Takeover(
        "backup_vault_name",
        "aws_backup_vault",
        _replaced("notification configuration of the vault"),
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html",
    ),
    "aws_backup_vault_policy": Takeover(
        "backup_vault_name",
        "aws_backup_vault",
        _replaced("policy of the vault"),
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultAccessPolicy.html",
    ),
    "aws_cloudwatch_event_bus_policy": Takeover(
        "event_bus_name",
        "aws_cloudwatch_event_bus",
        _replaced("policy of the event bus"),
        f"{_PROVIDER}cloudwatch_event_bus_policy",
    ),
    "aws_codebuild_resource_policy": Takeover(
        "resource_arn",
        "aws_codebuild_project",
        _replaced("policy of the project"),
        "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_cognito_identity_pool_roles_attachment": Takeover(
        "identity_pool_id",
        "aws_cognito_identity_pool",
        _replaced("set of roles of the identity pool"),
        "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html",
    ),
    "aws_dynamodb_resource_policy": Takeover(
        "resource_arn",
        "aws_dynamodb_table",
        _replaced("policy of the table"),
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_ecr_lifecycle_policy": Takeover(
        "repository",
        "aws_ecr_repository",
        _replaced("lifecycle policy of the repository"),
        f"{_ECR}PutLifecyclePolicy.html",
    ),
    "aws_ecr_repository_policy": Takeover(
        "repository",
        "aws_ecr_repository",
        _replaced("policy of the repository"),
        f"{_ECR}SetRepositoryPolicy.html",
    ),
    "aws_ecs_cluster_capacity_providers": Takeover(
        "cluster_name",
        "aws_ecs_cluster",
        _removed("capacity providers"),
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html",
    ),
    "aws_efs_backup_policy": Takeover(
        "file_system_id",
        "aws_efs_file_system",
        _replaced("backup policy of the file system"),
        "https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html",
    ),
    "aws_efs_file_system_policy": Takeover(
        "file_system_id",
        "aws_efs_file_system",
        _replaced("policy of the file system"),
        "https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html",
    ),
    "aws_kinesis_resource_policy": Takeover(
        "resource_arn",
        "aws_kinesis_stream",
        _replaced("policy of the stream"),
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_kms_key_policy": Takeover(
        "key_id",
        "aws_kms_key",
        _replaced("policy of the key"),
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
    ),
    "aws_lambda_function_event_invoke_config": Takeover(
        "function_name",
        "aws_lambda_function",
        _replaced("configuration of asynchronous invocations"),
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
        _replaced("policy of the firewall"),
        "https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_opensearch_domain_policy": Takeover(
        "domain_name",
        "aws_opensearch_domain",
        _replaced("access policy of the domain"),
        f"{_PROVIDER}opensearch_domain_policy",
    ),
    "aws_secretsmanager_secret_policy": Takeover(
        "secret_arn",
        "aws_secretsmanager_secret",
        _replaced("policy of the secret"),
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
    ),
    "aws_secretsmanager_secret_rotation": Takeover(
        "secret_id",
        "aws_secretsmanager_secret",
        _replaced("rotation configuration of the secret"),
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html",
    ),
    "aws_sns_topic_policy": Takeover(
        "arn",
        "aws_sns_topic",
        _replaced("policy of the topic"),
        "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
    ),
    "aws_sqs_queue_policy": Takeover(
        "queue_url",
        "aws_sqs_queue",
        _replaced("policy of the queue"),
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    ),
    "aws_sqs_queue_redrive_policy": Takeover(
        "queue_url",
        "aws_sqs_queue",
        _replaced("redrive policy of the queue"),
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
        _replaced("logging configuration of the web ACL"),
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html",
    ),
}
"""Configurations of which the owner has one."""

_PER_ACCOUNT: Mapping[str, Takeover] = {
    "aws_api_gateway_account": Takeover(
        None,
        None,
        _replaced("CloudWatch role of API Gateway"),
        "https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html",
    ),
    "aws_backup_region_settings": Takeover(
        None,
        None,
        _replaced("opt-in setting of AWS Backup"),
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateRegionSettings.html",
    ),
    "aws_config_configuration_recorder": Takeover(
        None,
        None,
        _replaced("configuration recorder of the same name"),
        "https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html",
    ),
    "aws_config_delivery_channel": Takeover(
        None,
        None,
        _replaced("delivery channel of the same name"),
        "https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html",
    ),
    "aws_ebs_default_kms_key": Takeover(
        None,
        None,
        "the default key of EBS encryption in the Region would be replaced",
        f"{_EC2}ModifyEbsDefaultKmsKeyId.html",
    ),
    "aws_ebs_encryption_by_default": Takeover(
        None,
        None,
        _replaced("setting of EBS encryption by default in the Region"),
        f"{_EC2}EnableEbsEncryptionByDefault.html",
    ),
    "aws_ebs_snapshot_block_public_access": Takeover(
        None,
        None,
        _replaced("public access block of snapshots in the Region"),
        f"{_EC2}EnableSnapshotBlockPublicAccess.html",
    ),
    "aws_ec2_image_block_public_access": Takeover(
        None,
        None,
        _replaced("public access block of images in the Region"),
        f"{_EC2}EnableImageBlockPublicAccess.html",
    ),
    "aws_ec2_instance_metadata_defaults": Takeover(
        None,
        None,
        "existing defaults of the instance metadata service in the Region would be replaced",
        f"{_EC2}ModifyInstanceMetadataDefaults.html",
    ),
    "aws_ecr_registry_policy": Takeover(
        None, None, _replaced("policy of the registry"), f"{_ECR}PutRegistryPolicy.html"
    ),
    "aws_ecr_registry_scanning_configuration": Takeover(
        None,
        None,
        _replaced("scanning configuration of the registry"),
        f"{_ECR}PutRegistryScanningConfiguration.html",
    ),
    "aws_ecr_replication_configuration": Takeover(
        None,
        None,
        _replaced("replication configuration of the registry"),
        f"{_ECR}PutReplicationConfiguration.html",
    ),
    "aws_ecs_account_setting_default": Takeover(
        "name",
        None,
        _replaced("default of the account setting"),
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html",
    ),
    "aws_glue_data_catalog_encryption_settings": Takeover(
        None,
        None,
        _replaced("encryption setting of the Data Catalog"),
        "https://docs.aws.amazon.com/glue/latest/webapi/API_PutDataCatalogEncryptionSettings.html",
    ),
    "aws_glue_resource_policy": Takeover(
        None,
        None,
        _replaced("policy of the Data Catalog"),
        "https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html",
    ),
    "aws_iam_account_alias": Takeover(
        None, None, _replaced("alias of the account"), f"{_IAM}CreateAccountAlias.html"
    ),
    "aws_iam_account_password_policy": Takeover(
        None,
        None,
        _replaced("password policy of the account"),
        f"{_IAM}UpdateAccountPasswordPolicy.html",
    ),
    "aws_lakeformation_data_lake_settings": Takeover(
        None,
        None,
        _removed("administrators of the data lake"),
        "https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_PutDataLakeSettings.html",
    ),
    "aws_s3_account_public_access_block": Takeover(
        None,
        None,
        _replaced("public access block of the account"),
        f"{_S3_CONTROL}PutPublicAccessBlock.html",
    ),
    "aws_ses_active_receipt_rule_set": Takeover(
        None,
        None,
        "another receipt rule set would no longer be active",
        "https://docs.aws.amazon.com/ses/latest/APIReference/API_SetActiveReceiptRuleSet.html",
    ),
    "aws_sns_sms_preferences": Takeover(
        None,
        None,
        "existing SMS preferences would be replaced",
        "https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html",
    ),
    "aws_ssm_default_patch_baseline": Takeover(
        "operating_system",
        None,
        _replaced("default patch baseline of the operating system"),
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterDefaultPatchBaseline.html",
    ),
    "aws_ssm_service_setting": Takeover(
        "setting_id",
        None,
        _replaced("value of the service setting"),
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html",
    ),
    "aws_xray_encryption_config": Takeover(
        None,
        None,
        _replaced("encryption configuration of X-Ray"),
        "https://docs.aws.amazon.com/xray/latest/api/API_PutEncryptionConfig.html",
    ),
}
"""Settings of an account, or of an account in one Region."""

_BY_NAME: Mapping[str, Takeover] = {
    "aws_cloudwatch_log_resource_policy": Takeover(
        "policy_name",
        None,
        _replaced("policy of the same name"),
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html",
    ),
    "aws_eks_addon": Takeover(
        "cluster_name",
        "aws_eks_cluster",
        "the configuration of an add-on that is installed in the cluster would be overwritten",
        "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html",
        ("resolve_conflicts_on_create", "OVERWRITE"),
    ),
    "aws_secretsmanager_secret": Takeover(
        "name",
        None,
        "a secret of the same name in another Region would be overwritten",
        f"{_PROVIDER}secretsmanager_secret",
        ("force_overwrite_replica_secret", True),
    ),
    "aws_ssm_parameter": Takeover(
        "name",
        None,
        "the value of an existing parameter would be overwritten",
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html",
        ("overwrite", True),
    ),
}
"""Types that overwrite what has the same name."""

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
        _removed("members of the group"),
        f"{_PROVIDER}iam_group_membership",
    ),
    "aws_iam_group_policies_exclusive": Takeover(
        "group_name",
        "aws_iam_group",
        _removed("inline policies of the group"),
        f"{_PROVIDER}iam_group_policies_exclusive",
    ),
    "aws_iam_group_policy_attachments_exclusive": Takeover(
        "group_name",
        "aws_iam_group",
        _removed("policies of the group"),
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
        _removed("inline policies of the role"),
        f"{_PROVIDER}iam_role_policies_exclusive",
    ),
    "aws_iam_role_policy_attachments_exclusive": Takeover(
        "role_name",
        "aws_iam_role",
        _removed("policies of the role"),
        f"{_PROVIDER}iam_role_policy_attachments_exclusive",
    ),
    "aws_iam_user_policies_exclusive": Takeover(
        "user_name",
        "aws_iam_user",
        _removed("inline policies of the user"),
        f"{_PROVIDER}iam_user_policies_exclusive",
    ),
    "aws_iam_user_policy_attachments_exclusive": Takeover(
        "user_name",
        "aws_iam_user",
        _removed("policies of the user"),
        f"{_PROVIDER}iam_user_policy_attachments_exclusive",
    ),
    "aws_route53_records_exclusive": Takeover(
        "zone_id",
        "aws_route53_zone",
        _removed("records of the zone"),
        f"{_PROVIDER}route53_records_exclusive",
    ),
    "aws_vpc_security_group_rules_exclusive": Takeover(
        "security_group_id",
        "aws_security_group",
        _removed("rules of the security group"),
        # Not in 6.25.0.
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_rules_exclusive",
    ),
}
"""Types that remove everything of their kind that the configuration does not contain."""

TAKEOVERS: Mapping[str, Takeover] = {
    **_BUCKETS,
    **_PER_OWNER,
    **_PER_ACCOUNT,
    **_BY_NAME,
    **_EXCLUSIVE,
}
"""All types whose creation replaces or removes something that exists."""
