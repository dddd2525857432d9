"""A queue is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for queue in document.all("aws_sqs_queue"):
        unencrypted = queue.flag("sqs_managed_sse_enabled", True) is False
        if unencrypted and queue.is_absent("kms_master_key_id"):
            yield Violation(queue.address, "it is not encrypted", "sqs_managed_sse_enabled")


RULE = Rule(
    id="sqs-encrypted",
    title="A queue is encrypted.",
    failure="Messages are stored unencrypted.",
    sources=(
        "FSBP SQS.1",
        "CKV_AWS_27",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `sqs_managed_sse_enabled = true` or `kms_master_key_id`.",
    violations=_violations,
)
