"""A customer-managed KMS key of an environment."""

from __future__ import annotations

from typing import Any, Literal

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document

__all__ = ["CustomerManagedKey"]


class CustomerManagedKey(Construct):
    """A KMS key that rotates every year and is deleted only after a waiting period.

    As with the default key policy, IAM policies in the account decide which principals use the key.
    The key policy also allows the one AWS service in `used_by`, which uses the key without an IAM
    role: CloudWatch Logs, for log groups in the account and Region, or CloudWatch alarms, for an
    encrypted SNS topic.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        logical_id: str,
        alias: str,
        description: str,
        location: AccountRegion,
        deletion_window_days: int,
        used_by: Literal["logs", "alarms"],
    ) -> None:
        super().__init__(scope, id_)
        key = with_logical_id(
            KmsKey(
                self,
                "key",
                description=description,
                enable_key_rotation=True,
                deletion_window_in_days=deletion_window_days,
                # Resources change to another key, or to none, before this key is deleted.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                policy=policy_document(*_statements(location, used_by)),
            ),
            logical_id,
        )
        with_logical_id(
            KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id),
            f"{logical_id}_alias",
        )
        self.arn: str = key.arn


def _statements(
    location: AccountRegion, used_by: Literal["logs", "alarms"]
) -> list[dict[str, Any]]:
    # In a key policy "*" is the key itself (KMS, "Key policies in AWS KMS").
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
