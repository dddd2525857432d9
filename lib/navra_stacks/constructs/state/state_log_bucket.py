"""The S3 bucket with the access logs of a state bucket."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.common.private_bucket import (
    PrivateBucketConfiguration,
    deny_insecure_transport,
)
from navra_stacks.constructs.state.state_bucket import StateBucket

__all__ = ["StateLogBucket"]

PREFIX = "access/"
RETENTION_DAYS = 365
NONCURRENT_DAYS = 7
"""Days for which an overwritten or deleted log can be restored."""


class StateLogBucket(Construct):
    """A private S3 bucket to which S3 delivers the access logs of a state bucket.

    A state names every resource of an environment, so who reads it is logged. S3 managed keys
    encrypt the bucket, because S3 delivers no logs to a bucket whose default encryption uses a KMS
    key (Amazon S3 User Guide, "Enabling Amazon S3 server access logging"). The policy allows the
    delivery for the state bucket only. As for the state bucket, Terraform never destroys it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        state_bucket: StateBucket,
        location: AccountRegion,
    ) -> None:
        super().__init__(scope, id_)
        bucket = with_logical_id(
            S3Bucket(
                self,
                "bucket",
                bucket=name,
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "state_log_bucket",
        )
        privacy = PrivateBucketConfiguration(
            self,
            "privacy",
            bucket=bucket.id,
            logical_id="state_log_bucket",
            expiry_rule="expire",
            expiration_days=RETENTION_DAYS,
            noncurrent_days=NONCURRENT_DAYS,
        )
        policy = with_logical_id(
            S3BucketPolicy(
                self,
                "policy",
                bucket=bucket.id,
                policy=policy_document(
                    {
                        "Sid": "DeliverLogs",
                        "Effect": "Allow",
                        "Principal": {"Service": "logging.s3.amazonaws.com"},
                        "Action": "s3:PutObject",
                        "Resource": f"{bucket.arn}/{PREFIX}*",
                        "Condition": {
                            "ArnLike": {"aws:SourceArn": state_bucket.arn},
                            "StringEquals": {"aws:SourceAccount": location.account},
                        },
                    },
                    deny_insecure_transport(bucket.arn, sid="TlsOnly"),
                ),
                depends_on=privacy.access_controls,
            ),
            "state_log_bucket_policy",
        )
        with_logical_id(
            S3BucketLoggingA(
                self,
                "logging",
                bucket=state_bucket.name,
                target_bucket=bucket.id,
                target_prefix=PREFIX,
                # S3 tests the permission to deliver when logging is turned on.
                depends_on=[policy],
            ),
            "state_bucket_logging",
        )
