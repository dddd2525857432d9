"""Tables of Terraform types whose creation changes a setting of the account, or a resource by name.

Each entry has the page of the API operation that the provider calls on creation, or of the
provider's resource.
"""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.guard.takeover import Takeover, removed, replaced

__all__ = ["BY_NAME", "PER_ACCOUNT"]

_PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/"
_S3_CONTROL = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_"
_EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_"
_ECR = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_"
_IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_"

PER_ACCOUNT: Mapping[str, Takeover] = {
    "aws_api_gateway_account": Takeover(
        None,
        None,
        replaced("CloudWatch role of API Gateway"),
        "https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html",
    ),
    "aws_backup_region_settings": Takeover(
        None,
        None,
        replaced("opt-in setting of AWS Backup"),
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateRegionSettings.html",
    ),
    "aws_config_configuration_recorder": Takeover(
        None,
        None,
        replaced("configuration recorder of the same name"),
        "https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html",
    ),
    "aws_config_delivery_channel": Takeover(
        None,
        None,
        replaced("delivery channel of the same name"),
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
        replaced("setting of EBS encryption by default in the Region"),
        f"{_EC2}EnableEbsEncryptionByDefault.html",
    ),
    "aws_ebs_snapshot_block_public_access": Takeover(
        None,
        None,
        replaced("public access block of snapshots in the Region"),
        f"{_EC2}EnableSnapshotBlockPublicAccess.html",
    ),
    "aws_ec2_image_block_public_access": Takeover(
        None,
        None,
        replaced("public access block of images in the Region"),
        f"{_EC2}EnableImageBlockPublicAccess.html",
    ),
    "aws_ec2_instance_metadata_defaults": Takeover(
        None,
        None,
        "existing defaults of the instance metadata service in the Region would be replaced",
        f"{_EC2}ModifyInstanceMetadataDefaults.html",
    ),
    "aws_ecr_registry_policy": Takeover(
        None, None, replaced("policy of the registry"), f"{_ECR}PutRegistryPolicy.html"
    ),
    "aws_ecr_registry_scanning_configuration": Takeover(
        None,
        None,
        replaced("scanning configuration of the registry"),
        f"{_ECR}PutRegistryScanningConfiguration.html",
    ),
    "aws_ecr_replication_configuration": Takeover(
        None,
        None,
        replaced("replication configuration of the registry"),
        f"{_ECR}PutReplicationConfiguration.html",
    ),
    "aws_ecs_account_setting_default": Takeover(
        "name",
        None,
        replaced("default of the account setting"),
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html",
    ),
    "aws_glue_data_catalog_encryption_settings": Takeover(
        None,
        None,
        replaced("encryption setting of the Data Catalog"),
        "https://docs.aws.amazon.com/glue/latest/webapi/API_PutDataCatalogEncryptionSettings.html",
    ),
    "aws_glue_resource_policy": Takeover(
        None,
        None,
        replaced("policy of the Data Catalog"),
        "https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html",
    ),
    "aws_iam_account_alias": Takeover(
        None, None, replaced("alias of the account"), f"{_IAM}CreateAccountAlias.html"
    ),
    "aws_iam_account_password_policy": Takeover(
        None,
        None,
        replaced("password policy of the account"),
        f"{_IAM}UpdateAccountPasswordPolicy.html",
    ),
    "aws_lakeformation_data_lake_settings": Takeover(
        None,
        None,
        removed("administrators of the data lake"),
        "https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_PutDataLakeSettings.html",
    ),
    "aws_s3_account_public_access_block": Takeover(
        None,
        None,
        replaced("public access block of the account"),
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
        replaced("default patch baseline of the operating system"),
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterDefaultPatchBaseline.html",
    ),
    "aws_ssm_service_setting": Takeover(
        "setting_id",
        None,
        replaced("value of the service setting"),
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html",
    ),
    "aws_xray_encryption_config": Takeover(
        None,
        None,
        replaced("encryption configuration of X-Ray"),
        "https://docs.aws.amazon.com/xray/latest/api/API_PutEncryptionConfig.html",
    ),
}
"""Settings of an account, or of an account in one Region."""

BY_NAME: Mapping[str, Takeover] = {
    "aws_cloudwatch_log_resource_policy": Takeover(
        "policy_name",
        None,
        replaced("policy of the same name"),
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
