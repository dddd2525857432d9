"""A topic is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for topic in document.all("aws_sns_topic"):
        if topic.is_absent("kms_master_key_id"):
            yield Violation(topic.address, "it is not encrypted", "kms_master_key_id")


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
    violations=_violations,
)
