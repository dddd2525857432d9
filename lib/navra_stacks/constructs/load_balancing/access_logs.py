"""The S3 bucket for access logs and connection logs of the load balancer."""

from __future__ import annotations

from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.common.private_bucket import (
    PrivateBucketConfiguration,
    deny_insecure_transport,
)
from navra_stacks.settings.load_balancing.access_logs import AccessLogs

__all__ = ["AccessLogBucket"]

ACCESS_PREFIX = "access"
CONNECTION_PREFIX = "connection"
NONCURRENT_DAYS = 7
"""Days for which an overwritten or deleted object can be restored."""


class AccessLogBucket(Construct):
    """A private S3 bucket to which load balancers in the account deliver logs.

    S3 managed keys encrypt the bucket, because load balancers cannot write to a bucket with KMS
    encryption. The bucket policy allows delivery to the prefixes of the two kinds of logs, and
    denies requests without TLS. With deletion protection the bucket cannot be destroyed; otherwise
    Terraform destroys it together with its logs.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: AccessLogs,
        env: EnvironmentContext,
    ) -> None:
        super().__init__(scope, id_)
        protected = env.deletion_protection
        bucket = with_logical_id(
            S3Bucket(
                self,
                "bucket",
                bucket=settings.bucket_name
                or env.names.access_log_bucket(env.location.account, env.location.region),
                force_destroy=not protected,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # The load balancer stops writing before the bucket is destroyed.
                    create_before_destroy=True,
                ),
            ),
            "access_logs_bucket",
        )
        self.bucket_arn: str = bucket.arn
        self.bucket_name: str = bucket.id
        privacy = PrivateBucketConfiguration(
            self,
            "privacy",
            bucket=self.bucket_name,
            logical_id="access_logs",
            expiry_rule="expire",
            expiration_days=settings.retention_days,
            noncurrent_days=NONCURRENT_DAYS,
        )
        self.access_prefix = ACCESS_PREFIX
        self.connection_prefix = CONNECTION_PREFIX
        self.policy: ITerraformDependable = self._allow_delivery(
            env.location.account, after=privacy.access_controls
        )
        """The bucket policy, as a dependency of the load balancer: AWS turns the logs on only if
        the policy allows their delivery.
        """

    def _allow_delivery(self, account: str, *, after: list[ITerraformDependable]) -> S3BucketPolicy:
        return with_logical_id(
            S3BucketPolicy(
                self,
                "policy",
                bucket=self.bucket_name,
                policy=policy_document(
                    self._delivery_statement(account),
                    deny_insecure_transport(self.bucket_arn, sid="OnlyWithTls"),
                ),
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                depends_on=after,
            ),
            "access_logs_policy",
        )

    def _delivery_statement(self, account: str) -> dict[str, Any]:
        # The service principal is the same in every Region. The older form has one account for each
        # Region ("Enable access logs for your Application Load Balancer"). The policy in that page
        # has no condition on the source, and AWS refuses the bucket if there is one. The account ID
        # in the path excludes other accounts.
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
