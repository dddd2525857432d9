"""A customer-managed KMS key of an environment."""

from __future__ import annotations

from typing import Any, Literal

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy

__all__ = ["EncryptionKey"]


class EncryptionKey(Construct):
    """Encrypts what one environment keeps, rotates every year, and is deleted slowly.

    The account's own policies decide who uses it, as with a key that AWS makes. Besides, its policy
    names the services that act without a role which a policy could name: CloudWatch Logs for log
    groups of this account, and CloudWatch alarms for an encrypted topic.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: str,
        alias: str,
        description: str,
        location: Location,
        deletion_window_days: int,
        used_by: Literal["logs", "alarms"],
    ) -> None:
        super().__init__(scope, id_)
        key = addressed(
            KmsKey(
                self,
                "key",
                description=description,
                enable_key_rotation=True,
                deletion_window_in_days=deletion_window_days,
                # What it encrypted takes up another key, or none, before it goes.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                policy=policy(*_statements(location, used_by)),
            ),
            address,
        )
        addressed(
            KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id),
            f"{address}_alias",
        )
        self.arn: str = key.arn


def _statements(location: Location, used_by: Literal["logs", "alarms"]) -> list[dict[str, Any]]:
    # In a key's policy "*" is the key itself (KMS, "Key policies in AWS KMS").
    account = {
        "Sid": "TheAccountDecides",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{location.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    # CloudWatch Logs, "Encrypt log data using AWS KMS", step 2.
    logs = {
        "Sid": "LogGroupsOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{location.region}.amazonaws.com"},
        "Action": [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": location.arn("logs", "log-group:*")}
        },
    }
    # Amazon SNS, "Key management", AWS services as event sources.
    alarms = {
        "Sid": "AlarmsOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": location.arn("cloudwatch", "alarm:*")},
            "StringEquals": {"aws:SourceAccount": location.account},
        },
    }
    return [account, logs if used_by == "logs" else alarms]
