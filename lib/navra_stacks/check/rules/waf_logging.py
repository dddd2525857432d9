"""A web ACL has a log."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for acl in document.all("aws_wafv2_web_acl"):
        if document.attached(acl, "resource_arn", "aws_wafv2_web_acl_logging_configuration") == ():
            yield Violation(acl.address, "it has no logging configuration")


RULE = Rule(
    id="waf-logging",
    title="A web ACL has a log.",
    failure="Blocked users and attacks cannot be reconstructed.",
    sources=(
        "FSBP WAF.11",
        "CKV2_AWS_31",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Add an `aws_wafv2_web_acl_logging_configuration` (setting: `hardening.waf`).",
    violations=_violations,
)
