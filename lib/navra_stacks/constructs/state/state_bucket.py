"""The S3 bucket that keeps an environment's Terraform state."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.constructs.common.private_bucket import BucketPrivacy, only_tls

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
        bucket = addressed(
            S3Bucket(
                self,
                "bucket",
                bucket=name,
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "state_bucket",
        )
        BucketPrivacy(
            self,
            "privacy",
            bucket=bucket.id,
            address="state_bucket",
            expiry="overwritten-states",
            keep_overwritten_days=NONCURRENT_DAYS,
            kms_key_arn=self._key(alias, location),
        )
        addressed(
            S3BucketPolicy(
                self,
                "policy",
                bucket=bucket.id,
                policy=policy(only_tls(bucket.arn, sid="TlsOnly")),
            ),
            "state_bucket_policy",
        )

    def _key(self, alias: str, location: Location) -> str:
        key = addressed(
            KmsKey(
                self,
                "key",
                description=f"Terraform state in {alias}",
                enable_key_rotation=True,
                deletion_window_in_days=30,
                policy=policy(
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
        addressed(
            KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id),
            "state_key_alias",
        )
        return str(key.arn)
