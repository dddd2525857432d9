"""What makes an S3 bucket private, and keeps overwritten objects for a while."""

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

from navra_stacks.constructs.common.logical_id import addressed

__all__ = ["BucketPrivacy", "only_tls"]

KEEP_INCOMPLETE_DAYS = 7


class BucketPrivacy(Construct):
    """Closes a bucket to the public and to ACLs, encrypts it, and versions what lies in it.

    The bucket and its policy are its owner's: who may destroy the one and use the other differs.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: str,
        address: str,
        expiry: str,
        keep_overwritten_days: int,
        keep_days: int | None = None,
        kms_key_arn: str | None = None,
    ) -> None:
        """Protect a bucket.

        Args:
            scope: The construct that holds this one.
            id_: Its id in that.
            bucket: The bucket's name.
            address: What the addresses begin with.
            expiry: What the rule is called by which objects expire.
            keep_overwritten_days: How long an overwritten object can be brought back.
            keep_days: How long an object is kept; None for ever.
            kms_key_arn: The key; None for S3's own keys.
        """
        super().__init__(scope, id_)
        self._bucket = bucket
        self._address = address
        self.closed: list[ITerraformDependable] = self._close()
        """What must be there before a policy: S3 refuses two changes to a bucket's access at the
        same moment."""
        self._encrypt(kms_key_arn)
        self._expire(expiry, keep_days, keep_overwritten_days)

    def _close(self) -> list[ITerraformDependable]:
        return [
            addressed(
                S3BucketPublicAccessBlock(
                    self,
                    "public_access_block",
                    bucket=self._bucket,
                    block_public_acls=True,
                    block_public_policy=True,
                    ignore_public_acls=True,
                    restrict_public_buckets=True,
                ),
                f"{self._address}_public_access_block",
            ),
            addressed(
                S3BucketOwnershipControls(
                    self,
                    "ownership",
                    bucket=self._bucket,
                    rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
                ),
                f"{self._address}_ownership",
            ),
        ]

    def _encrypt(self, kms_key_arn: str | None) -> None:
        addressed(
            S3BucketServerSideEncryptionConfigurationA(
                self,
                "encryption",
                bucket=self._bucket,
                rule=[
                    S3BucketServerSideEncryptionConfigurationRuleA(
                        bucket_key_enabled=None if kms_key_arn is None else True,
                        apply_server_side_encryption_by_default=(
                            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                                sse_algorithm="AES256" if kms_key_arn is None else "aws:kms",
                                kms_master_key_id=kms_key_arn,
                            )
                        ),
                    )
                ],
            ),
            f"{self._address}_encryption",
        )

    def _expire(self, rule: str, keep_days: int | None, keep_overwritten_days: int) -> None:
        versioning = addressed(
            S3BucketVersioningA(
                self,
                "versioning",
                bucket=self._bucket,
                versioning_configuration=S3BucketVersioningVersioningConfiguration(
                    status="Enabled"
                ),
            ),
            f"{self._address}_versioning",
        )
        addressed(
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
                            if keep_days is None
                            else [S3BucketLifecycleConfigurationRuleExpiration(days=keep_days)]
                        ),
                        noncurrent_version_expiration=[
                            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                                noncurrent_days=keep_overwritten_days
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
            f"{self._address}_lifecycle",
        )


def only_tls(bucket_arn: str, *, sid: str) -> dict[str, Any]:
    """The statement of a bucket policy that refuses requests without TLS.

    Everyone's and everything's, as a denial must (AWS Config rule s3-bucket-ssl-requests-only).
    """
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
