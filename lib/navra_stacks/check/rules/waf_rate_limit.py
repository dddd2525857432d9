"""A web ACL limits the rate of requests."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for acl in document.all("aws_wafv2_web_acl"):
        if acl.has_unknown("rule") or not acl.is_absent("rule_json"):
            continue
        limits = [
            rule
            for rule in acl.blocks("rule")
            if not rule.block("statement").is_absent("rate_based_statement")
        ]
        if not any(
            name in rule.block("action").body
            for rule in limits
            for name in ("block", "captcha", "challenge")
        ):
            yield Violation(acl.address, "no rule limits the rate of requests", "rule")


RULE = Rule(
    id="waf-rate-limit",
    title="A web ACL limits the rate of requests.",
    failure="A single client can use up the capacity of the application, or guess passwords.",
    sources=("AWS: Rate-based rule statements",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Add a rule with a `rate_based_statement` that blocks (setting: `hardening.waf`).",
    violations=_violations,
)
