"""The bucket that a load balancer writes its logs to."""

from __future__ import annotations

from typing import Any, NamedTuple

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.constructs.common.private_bucket import BucketPrivacy, only_tls
from navra_stacks.naming import Names
from navra_stacks.settings.load_balancing.access_logs import AccessLogs as AccessLogsSettings

__all__ = ["AccessLogs", "LogDelivery"]

ACCESS_PREFIX = "access"
CONNECTION_PREFIX = "connection"
KEEP_OVERWRITTEN_DAYS = 7


class LogDelivery(NamedTuple):
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
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # The load balancer stops writing before the bucket and its name are free.
                    create_before_destroy=True,
                ),
            ),
            "access_logs_bucket",
        )
        self.bucket_arn: str = bucket.arn
        self.bucket_name: str = bucket.id
        privacy = BucketPrivacy(
            self,
            "privacy",
            bucket=self.bucket_name,
            address="access_logs",
            expiry="expire",
            keep_days=settings.retention_days,
            keep_overwritten_days=KEEP_OVERWRITTEN_DAYS,
        )
        self.delivery = LogDelivery(
            bucket=self.bucket_name,
            access_prefix=ACCESS_PREFIX,
            connection_prefix=CONNECTION_PREFIX,
            permission=self._permit(location.account, after=privacy.closed),
        )

    def _permit(self, account: str, *, after: list[ITerraformDependable]) -> S3BucketPolicy:
        return addressed(
            S3BucketPolicy(
                self,
                "policy",
                bucket=self.bucket_name,
                policy=policy(self._deliver(account), only_tls(self.bucket_arn, sid="OnlyWithTls")),
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                depends_on=after,
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
