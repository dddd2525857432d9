"""A topic is encrypted."""

from __future__ import annotations

from navra_stacks.check.argument_rules import absent_argument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="sns-encrypted",
    title="A topic is encrypted.",
    failure="Messages are stored unencrypted.",
    sources=(
        "CKV_AWS_26",
        "AWS: Securing Amazon SNS data with server-side encryption",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `kms_master_key_id`.",
    violations=absent_argument(
        "aws_sns_topic", argument="kms_master_key_id", message="it is not encrypted"
    ),
)
