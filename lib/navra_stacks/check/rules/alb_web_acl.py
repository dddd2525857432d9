"""A public Application Load Balancer has a web ACL of AWS WAF."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers, is_internet_facing
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    types = ("aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association")
    for balancer in application_balancers(document):
        if (
            is_internet_facing(balancer)
            and document.attached(balancer, "resource_arn", *types) == ()
        ):
            yield Violation(balancer.address, "no web ACL is associated with it")


RULE = Rule(
    id="alb-web-acl",
    title="A public Application Load Balancer has a web ACL of AWS WAF.",
    failure="Requests with known attacks reach the application.",
    sources=(
        "FSBP ELB.16",
        "CKV2_AWS_28",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Add an `aws_wafv2_web_acl_association` (setting: `hardening.waf`).",
    violations=_violations,
)
