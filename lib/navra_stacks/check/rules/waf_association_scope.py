"""A web ACL before a load balancer has the scope REGIONAL."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for acl in document.all("aws_wafv2_web_acl"):
        if acl.string("scope") == "CLOUDFRONT" and document.referring(
            acl, "aws_wafv2_web_acl_association"
        ):
            yield Violation(
                acl.address, "the scope CLOUDFRONT is for distributions only; use REGIONAL", "scope"
            )


RULE = Rule(
    id="waf-association-scope",
    title="A web ACL before a load balancer has the scope REGIONAL.",
    failure="AWS rejects the association, and the apply fails.",
    sources=("AWS: AssociateWebACL",),
    severity=Severity.HIGH,
    pack="baseline",
    repair='Set `scope = "REGIONAL"`.',
    violations=_violations,
)
