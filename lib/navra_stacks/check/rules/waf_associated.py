"""A web ACL is associated with a resource."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if document.is_opaque("web_acl_arn", "aws_wafv2_web_acl_association"):
        return
    for acl in document.all("aws_wafv2_web_acl"):
        if acl.base in document.in_outputs | document.in_modules:
            continue
        users = document.referring(
            acl, "aws_wafv2_web_acl_association", "aws_cloudfront_distribution"
        )
        if not users:
            yield Violation(acl.address, "it is associated with no load balancer or distribution")


RULE = Rule(
    id="waf-associated",
    title="A web ACL is associated with a resource.",
    failure="The web ACL filters no request, and the application is not protected.",
    sources=("AWS: Associating protection with an AWS resource",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Add an `aws_wafv2_web_acl_association` (setting: `hardening.waf`).",
    violations=_violations,
)
