"""The topic through which alarms tell people."""

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

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.kms_key import EncryptionKey
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["AlarmTopic"]

# The shape that the settings check, in Terraform's words.
_IS_EMAIL = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}$"


class AlarmTopic(Construct):
    """An encrypted topic to which only alarms of this account publish, and its subscribers.

    It has a key of its own, whatever encrypts the rest: alarms cannot publish to a topic that AWS's
    key for SNS encrypts, since that key's policy, which nobody can edit, does not let CloudWatch
    use it (AWS re:Post, "Why didn't I receive an SNS notification for my CloudWatch alarm").

    A subscription's address holds the subscriber, not a position, so that adding one changes no
    other; and it stays what it is when addresses that Terraform asked for are written down.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Alarms,
        name: str,
        location: Location,
        deletion_window_days: int,
    ) -> None:
        super().__init__(scope, id_)
        key = EncryptionKey(
            self,
            "key",
            address="alarm_topic_key",
            alias=name,
            description=f"Messages of {name} on their way",
            location=location,
            deletion_window_days=deletion_window_days,
            used_by="alarms",
        )
        topic = addressed(
            SnsTopic(self, "topic", name=name, kms_master_key_id=key.arn), "alarm_topic"
        )
        self.arn: str = topic.arn
        addressed(
            SnsTopicPolicy(
                self,
                "policy",
                arn=self.arn,
                policy=policy(_from_alarms(location, ["sns:Publish"], self.arn)),
            ),
            "alarm_topic_policy",
        )
        emails = None if settings.emails is None else sorted(settings.emails)
        if emails is None:
            emails = self._asked()
        if emails:
            self._subscribe("email", "mail_subscription", emails)
        if settings.https_endpoints:
            self._subscribe("https", "https_subscription", sorted(settings.https_endpoints))

    def _asked(self) -> list[str]:
        variable = addressed(
            TerraformVariable(
                self,
                "emails",
                type="list(string)",
                nullable=False,
                description="Addresses that get a mail when an alarm rings; each must confirm",
                validation=[
                    TerraformVariableValidationConfig(
                        condition=(
                            "${length(var.alarm_emails) > 0 && alltrue([for address in "
                            f'var.alarm_emails : can(regex("{_IS_EMAIL}", address))])}}'
                        ),
                        error_message="Give at least one mail address: alarms that tell nobody "
                        "are no alarms.",
                    )
                ],
            ),
            "alarm_emails",
        )
        return list(variable.list_value)

    def _subscribe(self, protocol: str, address: str, endpoints: list[str]) -> None:
        addressed(
            SnsTopicSubscription(
                self,
                protocol,
                for_each=TerraformIterator.from_list(endpoints),
                topic_arn=self.arn,
                protocol=protocol,
                endpoint="${each.value}",
            ),
            address,
        )


def _from_alarms(location: Location, actions: list[str], resource: str) -> dict[str, Any]:
    """Alarms of this account and Region, and nobody else's (IAM, "The confused deputy problem")."""
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
