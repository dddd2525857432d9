"""The permissions of the role that plans: what ``terraform plan`` reads, and the state's lock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["PlanReads", "StateAccess", "plan_statements"]

Statement = dict[str, object]

CONFIGURATION = """
    acm:DescribeCertificate acm:ListTagsForCertificate
    application-autoscaling:Describe* application-autoscaling:ListTagsForResource
    backup:DescribeBackupVault backup:GetBackupPlan backup:GetBackupSelection backup:ListTags
    cloudwatch:DescribeAlarms cloudwatch:GetDashboard cloudwatch:ListTagsForResource
    ec2:DescribeAddresses ec2:DescribeAddressesAttribute ec2:DescribeAvailabilityZones
    ec2:DescribeFlowLogs ec2:DescribeInternetGateways ec2:DescribeManagedPrefixLists
    ec2:DescribeNatGateways ec2:DescribeNetworkAcls ec2:DescribeNetworkInterfaces
    ec2:DescribePrefixLists ec2:DescribeRouteTables ec2:DescribeSecurityGroup* ec2:DescribeSubnets
    ec2:DescribeTags ec2:DescribeVpc*
    ecr:DescribeRepositories ecr:GetLifecyclePolicy ecr:GetRepositoryPolicy ecr:ListTagsForResource
    ecs:DescribeCapacityProviders ecs:DescribeClusters ecs:DescribeServices
    ecs:DescribeTaskDefinition ecs:ListTagsForResource
    elasticache:Describe* elasticache:ListTagsForResource
    elasticloadbalancing:Describe*
    iam:GetOpenIDConnectProvider iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies
    iam:ListOpenIDConnectProviderTags iam:ListOpenIDConnectProviders iam:ListRolePolicies
    iam:ListRoleTags
    kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListAliases kms:ListResourceTags
    logs:DescribeLogGroups logs:DescribeMetricFilters logs:DescribeResourcePolicies
    logs:ListTagsForResource
    rds:Describe* rds:ListTagsForResource
    route53:GetHostedZone route53:ListHostedZones route53:ListHostedZonesByName
    route53:ListResourceRecordSets route53:ListTagsForResource
    s3:GetAccelerateConfiguration s3:GetBucket* s3:GetEncryptionConfiguration
    s3:GetLifecycleConfiguration s3:GetReplicationConfiguration
    secretsmanager:DescribeSecret secretsmanager:GetResourcePolicy
    sns:GetSubscriptionAttributes sns:GetTopicAttributes sns:ListTagsForResource
    wafv2:GetLoggingConfiguration wafv2:GetWebACL wafv2:GetWebACLForResource
    wafv2:ListTagsForResource wafv2:ListWebACLs
""".split()
"""The actions that read the configuration of resources, and no data of the application.

They are those of a plan against the emulator. An action ends in a wildcard if all actions of that
name read only configuration, because another version of the provider can call others of them.
"""


class StateAccess(NamedTuple):
    """The state in S3, and the key that encrypts it."""

    bucket: str

    key: str
    """The key of the state object."""

    kms_key: str | None = None
    """The ARN of the KMS key, with a wildcard if only its alias is known; None for the default
    encryption of the bucket."""

    kms_alias: str | None = None
    """The alias of the KMS key; None if `kms_key` is its ARN."""

    region: str = ""
    """The Region of the bucket."""


class PlanReads(NamedTuple):
    """What a plan of one environment reads, besides the configuration of resources."""

    state: StateAccess | None
    """None for a local state, which no role can read."""

    bucket_names: Sequence[str]
    """The names of the environment's buckets. The objects in them are not read."""

    secret_arns: Sequence[str]
    """The ARNs of the secrets whose values Terraform sets, and compares in each plan."""

    secrets_key_arn: str | None
    """The ARN of the KMS key of these secrets; None for the key of AWS."""

    region: str
    """The Region of the environment."""


def plan_statements(reads: PlanReads) -> list[Statement]:
    """Return the statements of the policy."""
    statements: list[Statement] = [{"Effect": "Allow", "Action": CONFIGURATION, "Resource": "*"}]
    if reads.bucket_names:
        statements.append(
            {
                # The request that shows whether a bucket exists (S3 API, HeadBucket).
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": [f"arn:aws:s3:::{name}" for name in reads.bucket_names],
            }
        )
    if reads.secret_arns:
        statements += _secrets(reads)
    if reads.state is not None:
        statements += _state(reads.state)
    return statements


def _secrets(reads: PlanReads) -> list[Statement]:
    statements: list[Statement] = [
        # The ephemeral password, which a plan generates and does not use.
        {"Effect": "Allow", "Action": "secretsmanager:GetRandomPassword", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": list(reads.secret_arns),
        },
    ]
    if reads.secrets_key_arn is not None:
        statements.append(
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": reads.secrets_key_arn,
                "Condition": {
                    "StringEquals": {
                        "kms:ViaService": f"secretsmanager.{reads.region}.amazonaws.com"
                    }
                },
            }
        )
    return statements


def _state(state: StateAccess) -> list[Statement]:
    """Return the permissions of the S3 backend for a state that is locked and not written.

    Source: Terraform, "Backend Type: s3", "S3 Bucket Permissions".
    """
    bucket = f"arn:aws:s3:::{state.bucket}"
    statements: list[Statement] = [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket}/{state.key}"},
        {
            "Effect": "Allow",
            "Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            "Resource": f"{bucket}/{state.key}.tflock",
        },
    ]
    if state.kms_key is not None:
        condition: dict[str, object] = {
            "StringEquals": {"kms:ViaService": f"s3.{state.region}.amazonaws.com"}
        }
        if state.kms_alias is not None:
            condition["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": state.kms_alias}
        statements.append(
            {
                "Effect": "Allow",
                # Of the state, and of the lock file, which is encrypted too.
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": state.kms_key,
                "Condition": condition,
            }
        )
    return statements
