"""Public access block, encryption, versioning and expiry of a private S3 bucket."""

from __future__ import annotations

from typing import Any

from cdktf import ITerraformDependable
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

from navra_stacks.constructs.common.logical_id import with_logical_id

__all__ = ["PrivateBucketConfiguration", "deny_insecure_transport"]

INCOMPLETE_UPLOAD_DAYS = 7
"""Days after which an incomplete multipart upload is aborted."""


class PrivateBucketConfiguration(Construct):
    """Blocks public access to a bucket, disables its ACLs, and encrypts and versions its objects.

    The calling construct creates the bucket and the bucket policy, because each kind of bucket has
    its own protection from deletion.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: str,
        logical_id: str,
        expiry_rule: str,
        noncurrent_days: int,
        expiration_days: int | None = None,
        kms_key_arn: str | None = None,
    ) -> None:
        """Configure a bucket that the calling construct has created.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            bucket: The bucket's name.
            logical_id: The prefix of the logical IDs of all resources of the configuration.
            expiry_rule: The id of the lifecycle rule.
            noncurrent_days: Days for which an overwritten or deleted object can be restored.
            expiration_days: Days after which an object is deleted; None for never.
            kms_key_arn: The ARN of the KMS key; None for encryption with S3 managed keys.
        """
        super().__init__(scope, id_)
        self._bucket = bucket
        self._logical_id = logical_id
        self.access_controls: list[ITerraformDependable] = self._block_public_access()
        """Dependencies for the bucket policy: S3 rejects concurrent changes to the access settings
        of one bucket.
        """
        self._encrypt(kms_key_arn)
        self._expire(expiry_rule, expiration_days, noncurrent_days)

    def _block_public_access(self) -> list[ITerraformDependable]:
        return [
            with_logical_id(
                S3BucketPublicAccessBlock(
                    self,
                    "public_access_block",
                    bucket=self._bucket,
                    block_public_acls=True,
                    block_public_policy=True,
                    ignore_public_acls=True,
                    restrict_public_buckets=True,
                ),
                f"{self._logical_id}_public_access_block",
            ),
            with_logical_id(
                S3BucketOwnershipControls(
                    self,
                    "ownership",
                    bucket=self._bucket,
                    rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
                ),
                f"{self._logical_id}_ownership",
            ),
        ]

    def _encrypt(self, kms_key_arn: str | None) -> None:
        with_logical_id(
            S3BucketServerSideEncryptionConfigurationA(
                self,
                "encryption",
                bucket=self._bucket,
                rule=[
                    S3BucketServerSideEncryptionConfigurationRuleA(
                        bucket_key_enabled=None if kms_key_arn is None else True,
                        # Since April 2026 S3 sets this for new buckets. Before version 6.40, the
                        # provider would plan to remove it (terraform-provider-aws #47320).
                        blocked_encryption_types=["SSE-C"],
                        apply_server_side_encryption_by_default=(
                            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                                sse_algorithm="AES256" if kms_key_arn is None else "aws:kms",
                                kms_master_key_id=kms_key_arn,
                            )
                        ),
                    )
                ],
            ),
            f"{self._logical_id}_encryption",
        )

    def _expire(self, rule: str, expiration_days: int | None, noncurrent_days: int) -> None:
        versioning = with_logical_id(
            S3BucketVersioningA(
                self,
                "versioning",
                bucket=self._bucket,
                versioning_configuration=S3BucketVersioningVersioningConfiguration(
                    status="Enabled"
                ),
            ),
            f"{self._logical_id}_versioning",
        )
        with_logical_id(
            S3BucketLifecycleConfiguration(
                self,
                "lifecycle",
                bucket=self._bucket,
                rule=[
                    S3BucketLifecycleConfigurationRule(
                        id=rule,
                        status="Enabled",
                        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                        expiration=(
                            None
                            if expiration_days is None
                            else [
                                S3BucketLifecycleConfigurationRuleExpiration(days=expiration_days)
                            ]
                        ),
                        noncurrent_version_expiration=[
                            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                                noncurrent_days=noncurrent_days
                            )
                        ],
                        abort_incomplete_multipart_upload=[
                            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                                days_after_initiation=INCOMPLETE_UPLOAD_DAYS
                            )
                        ],
                    )
                ],
                # A rule for noncurrent versions needs a versioned bucket.
                depends_on=[versioning],
            ),
            f"{self._logical_id}_lifecycle",
        )


def deny_insecure_transport(bucket_arn: str, *, sid: str) -> dict[str, Any]:
    """Return the bucket policy statement that denies requests without TLS.

    The statement covers all principals and actions (AWS Config rule s3-bucket-ssl-requests-only).
    """
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
