"""The S3 bucket that keeps an environment's Terraform state."""

from __future__ import annotations

import json

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
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

__all__ = ["StateBucket"]

NONCURRENT_DAYS = 365
"""How long an overwritten state can be brought back."""


class StateBucket(Construct):
    """Private, versioned, encrypted with a key of its own, reached by TLS only, never destroyed.

    A state that is lost makes Terraform create everything a second time, so bucket and key are
    protected in every environment.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, alias: str, location: Location
    ) -> None:
        super().__init__(scope, id_)
        self._bucket = addressed(
            S3Bucket(
                self,
                "bucket",
                bucket=name,
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "state_bucket",
        )
        self._encrypt(alias, location)
        self._close()
        self._keep_versions()

    def _encrypt(self, alias: str, location: Location) -> None:
        key = addressed(
            KmsKey(
                self,
                "key",
                description=f"Terraform state in {alias}",
                enable_key_rotation=True,
                deletion_window_in_days=30,
                policy=json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "TheAccountDecides",
                                "Effect": "Allow",
                                "Principal": {"AWS": f"arn:aws:iam::{location.account}:root"},
                                "Action": "kms:*",
                                "Resource": "*",
                            }
                        ],
                    }
                ),
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "state_key",
        )
        addressed(
            KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id),
            "state_key_alias",
        )
        addressed(
            S3BucketServerSideEncryptionConfigurationA(
                self,
                "encryption",
                bucket=self._bucket.id,
                rule=[
                    S3BucketServerSideEncryptionConfigurationRuleA(
                        bucket_key_enabled=True,
                        apply_server_side_encryption_by_default=(
                            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                                sse_algorithm="aws:kms", kms_master_key_id=key.arn
                            )
                        ),
                    )
                ],
            ),
            "state_bucket_encryption",
        )

    def _close(self) -> None:
        addressed(
            S3BucketPublicAccessBlock(
                self,
                "public_access_block",
                bucket=self._bucket.id,
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
            ),
            "state_bucket_public_access_block",
        )
        addressed(
            S3BucketOwnershipControls(
                self,
                "ownership",
                bucket=self._bucket.id,
                rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            ),
            "state_bucket_ownership",
        )
        addressed(
            S3BucketPolicy(
                self,
                "policy",
                bucket=self._bucket.id,
                policy=json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "TlsOnly",
                                "Effect": "Deny",
                                "Principal": "*",
                                "Action": "s3:*",
                                "Resource": [self._bucket.arn, f"{self._bucket.arn}/*"],
                                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                            }
                        ],
                    }
                ),
            ),
            "state_bucket_policy",
        )

    def _keep_versions(self) -> None:
        versioning = addressed(
            S3BucketVersioningA(
                self,
                "versioning",
                bucket=self._bucket.id,
                versioning_configuration=S3BucketVersioningVersioningConfiguration(
                    status="Enabled"
                ),
            ),
            "state_bucket_versioning",
        )
        addressed(
            S3BucketLifecycleConfiguration(
                self,
                "lifecycle",
                bucket=self._bucket.id,
                rule=[
                    S3BucketLifecycleConfigurationRule(
                        id="overwritten-states",
                        status="Enabled",
                        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                        noncurrent_version_expiration=[
                            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                                noncurrent_days=NONCURRENT_DAYS
                            )
                        ],
                        abort_incomplete_multipart_upload=[
                            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                                days_after_initiation=7
                            )
                        ],
                    )
                ],
                depends_on=[versioning],
            ),
            "state_bucket_lifecycle",
        )
