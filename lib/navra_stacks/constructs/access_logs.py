"""The bucket that a load balancer writes its logs to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

from navra_stacks.constructs.address import addressed
from navra_stacks.constructs.location import Location
from navra_stacks.naming import Names
from navra_stacks.settings.edge import AccessLogs as AccessLogsSettings

__all__ = ["AccessLogs", "LogDelivery"]

ACCESS_PREFIX = "access"
CONNECTION_PREFIX = "connection"
KEEP_OVERWRITTEN_DAYS = 7
KEEP_INCOMPLETE_DAYS = 7


@dataclass(frozen=True, slots=True)
class LogDelivery:
    """Where a load balancer writes its logs, and what must exist before it may."""

    bucket: str
    access_prefix: str
    connection_prefix: str
    permission: ITerraformDependable


class AccessLogs(Construct):
    """Keeps the access and connection logs of a load balancer, for as long as settings say.

    Encrypted with keys of S3, since load balancers cannot write to a bucket with KMS keys. They may
    add objects under their two prefixes for this account, and nobody may speak to the bucket
    without TLS. Where it is protected neither Terraform nor a full bucket lets it be deleted; else
    it is deleted with its logs.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: AccessLogsSettings,
        names: Names,
        location: Location,
        protected: bool,
    ) -> None:
        super().__init__(scope, id_)
        bucket = addressed(
            S3Bucket(
                self,
                "bucket",
                bucket=settings.bucket_name
                or names.access_log_bucket(location.account, location.region),
                force_destroy=not protected,
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            ),
            "access_logs_bucket",
        )
        self.bucket_arn: str = bucket.arn
        self.bucket_name: str = bucket.id
        self._close()
        self._encrypt()
        self._expire(settings.retention_days)
        self.delivery = LogDelivery(
            bucket=self.bucket_name,
            access_prefix=ACCESS_PREFIX,
            connection_prefix=CONNECTION_PREFIX,
            permission=self._permit(location.account),
        )

    def _close(self) -> None:
        self._public_access_block = addressed(
            S3BucketPublicAccessBlock(
                self,
                "public_access_block",
                bucket=self.bucket_name,
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
            ),
            "access_logs_public_access_block",
        )
        self._ownership = addressed(
            S3BucketOwnershipControls(
                self,
                "ownership",
                bucket=self.bucket_name,
                rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            ),
            "access_logs_ownership",
        )

    def _encrypt(self) -> None:
        addressed(
            S3BucketServerSideEncryptionConfigurationA(
                self,
                "encryption",
                bucket=self.bucket_name,
                rule=[
                    S3BucketServerSideEncryptionConfigurationRuleA(
                        apply_server_side_encryption_by_default=(
                            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                                sse_algorithm="AES256"
                            )
                        )
                    )
                ],
            ),
            "access_logs_encryption",
        )

    def _expire(self, retention_days: int) -> None:
        versioning = addressed(
            S3BucketVersioningA(
                self,
                "versioning",
                bucket=self.bucket_name,
                versioning_configuration=S3BucketVersioningVersioningConfiguration(
                    status="Enabled"
                ),
            ),
            "access_logs_versioning",
        )
        addressed(
            S3BucketLifecycleConfiguration(
                self,
                "lifecycle",
                bucket=self.bucket_name,
                rule=[
                    S3BucketLifecycleConfigurationRule(
                        id="expire",
                        status="Enabled",
                        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                        expiration=[
                            S3BucketLifecycleConfigurationRuleExpiration(days=retention_days)
                        ],
                        noncurrent_version_expiration=[
                            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                                noncurrent_days=KEEP_OVERWRITTEN_DAYS
                            )
                        ],
                        abort_incomplete_multipart_upload=[
                            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                                days_after_initiation=KEEP_INCOMPLETE_DAYS
                            )
                        ],
                    )
                ],
                # Expiry of old versions means something once there are versions.
                depends_on=[versioning],
            ),
            "access_logs_lifecycle",
        )

    def _permit(self, account: str) -> S3BucketPolicy:
        return addressed(
            S3BucketPolicy(
                self,
                "policy",
                bucket=self.bucket_name,
                policy=json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [self._deliver(account), self._only_tls()],
                    }
                ),
                # S3 refuses two changes to a bucket's access at the same moment.
                depends_on=[self._public_access_block, self._ownership],
            ),
            "access_logs_policy",
        )

    def _deliver(self, account: str) -> dict[str, Any]:
        # One service in every Region; accounts of Elastic Load Balancing, one for each Region, are
        # the older form ("Enable access logs for your Application Load Balancer"). That page names
        # no condition for the source, and with one the check on the bucket is refused: the account
        # in the path is what keeps others out.
        return {
            "Sid": "DeliverLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": [
                f"{self.bucket_arn}/{prefix}/AWSLogs/{account}/*"
                for prefix in (ACCESS_PREFIX, CONNECTION_PREFIX)
            ],
        }

    def _only_tls(self) -> dict[str, Any]:
        # Everyone and everything, as a denial must (AWS Config rule s3-bucket-ssl-requests-only).
        return {
            "Sid": "OnlyWithTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [self.bucket_arn, f"{self.bucket_arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
