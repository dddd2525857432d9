"""The SNS topic that alarms notify."""

from __future__ import annotations

from typing import Any

from cdktf import (
    TerraformIterator,
    TerraformVariable,
    TerraformVariableValidationConfig,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.kms_key import CustomerManagedKey
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["AlarmTopic"]

# The pattern that the settings check, as a Terraform regular expression.
_IS_EMAIL = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}$"


class AlarmTopic(Construct):
    """An encrypted SNS topic for the alarms of one account and Region, with its subscriptions.

    The topic always has a customer-managed KMS key, because CloudWatch cannot publish to a topic
    with the AWS managed key of SNS: the policy of that key does not allow it and cannot be changed
    (AWS re:Post, "Why didn't I receive an SNS notification for my CloudWatch alarm").

    The Terraform address of a subscription contains the subscriber instead of an index, so that a
    new subscriber changes no other subscription. The address is also the same whether the email
    addresses come from the settings or from the Terraform variable.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Alarms,
        env: EnvironmentContext,
    ) -> None:
        super().__init__(scope, id_)
        name = env.names.alarm_topic
        key = CustomerManagedKey(
            self,
            "key",
            logical_id="alarm_topic_key",
            alias=name,
            description=f"Messages of the SNS topic {name}",
            location=env.location,
            deletion_window_days=env.key_deletion_window_days,
            used_by="alarms",
        )
        topic = with_logical_id(
            SnsTopic(self, "topic", name=name, kms_master_key_id=key.arn), "alarm_topic"
        )
        self.arn: str = topic.arn
        with_logical_id(
            SnsTopicPolicy(
                self,
                "policy",
                arn=self.arn,
                policy=policy_document(_from_alarms(env.location, ["sns:Publish"], self.arn)),
            ),
            "alarm_topic_policy",
        )
        emails = None if settings.emails is None else sorted(settings.emails)
        if emails is None:
            emails = self._emails_variable()
        if emails:
            self._subscribe("email", "mail_subscription", emails)
        if settings.https_endpoints:
            self._subscribe("https", "https_subscription", sorted(settings.https_endpoints))

    def _emails_variable(self) -> list[str]:
        variable = with_logical_id(
            TerraformVariable(
                self,
                "emails",
                type="list(string)",
                nullable=False,
                description="Email addresses that are notified on ALARM and OK; each must confirm",
                validation=[
                    TerraformVariableValidationConfig(
                        condition=(
                            "${length(var.alarm_emails) > 0 && alltrue([for address in "
                            f'var.alarm_emails : can(regex("{_IS_EMAIL}", address))])}}'
                        ),
                        error_message="Use at least one email address, each in the form "
                        "name@example.com.",
                    )
                ],
            ),
            "alarm_emails",
        )
        return list(variable.list_value)

    def _subscribe(self, protocol: str, logical_id: str, endpoints: list[str]) -> None:
        with_logical_id(
            SnsTopicSubscription(
                self,
                protocol,
                for_each=TerraformIterator.from_list(endpoints),
                topic_arn=self.arn,
                protocol=protocol,
                endpoint="${each.value}",
            ),
            logical_id,
        )


def _from_alarms(location: AccountRegion, actions: list[str], resource: str) -> dict[str, Any]:
    """Return the policy statement that allows `actions` for alarms in one account and Region."""
    return {
        "Sid": "AlarmsOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": actions,
        "Resource": resource,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": location.account},
            "ArnLike": {"aws:SourceArn": location.arn("cloudwatch", "alarm:*")},
        },
    }
