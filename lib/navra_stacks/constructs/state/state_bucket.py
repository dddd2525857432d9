"""The S3 bucket for the Terraform state of an environment."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.common.private_bucket import (
    PrivateBucketConfiguration,
    deny_insecure_transport,
)

__all__ = ["StateBucket"]

NONCURRENT_DAYS = 365
"""Days for which an overwritten or deleted state can be restored."""


class StateBucket(Construct):
    """A private, versioned S3 bucket with a KMS key of its own, for Terraform state.

    The bucket policy denies requests without TLS. Terraform never destroys the bucket or the key,
    whatever the settings: without the state, Terraform would create every resource a second time.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, alias: str, location: AccountRegion
    ) -> None:
        super().__init__(scope, id_)
        bucket = with_logical_id(
            S3Bucket(
                self,
                "bucket",
                bucket=name,
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "state_bucket",
        )
        self.name: str = bucket.id
        self.arn: str = bucket.arn
        PrivateBucketConfiguration(
            self,
            "privacy",
            bucket=bucket.id,
            logical_id="state_bucket",
            expiry_rule="overwritten-states",
            noncurrent_days=NONCURRENT_DAYS,
            kms_key_arn=self._key(alias, location),
        )
        with_logical_id(
            S3BucketPolicy(
                self,
                "policy",
                bucket=bucket.id,
                policy=policy_document(deny_insecure_transport(bucket.arn, sid="TlsOnly")),
            ),
            "state_bucket_policy",
        )

    def _key(self, alias: str, location: AccountRegion) -> str:
        key = with_logical_id(
            KmsKey(
                self,
                "key",
                description=f"Terraform state in {alias}",
                enable_key_rotation=True,
                deletion_window_in_days=30,
                policy=policy_document(
                    {
                        "Sid": "TheAccountDecides",
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{location.account}:root"},
                        "Action": "kms:*",
                        "Resource": "*",
                    }
                ),
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "state_key",
        )
        with_logical_id(
            KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id),
            "state_key_alias",
        )
        return str(key.arn)
