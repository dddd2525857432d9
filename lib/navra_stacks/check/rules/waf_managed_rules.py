"""A web ACL has the managed rules on common attacks."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import UNKNOWN

__all__ = ["RULE"]

_REQUIRED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for acl in document.all("aws_wafv2_web_acl"):
        rules = acl.blocks("rule")
        if acl.has_unknown("rule") or not acl.is_absent("rule_json"):
            continue
        statements = [rule.block("statement") for rule in rules]
        if any(not one.is_absent("rule_group_reference_statement") for one in statements):
            continue  # a rule group of the team can contain the same rules
        groups = {one.block("managed_rule_group_statement").string("name") for one in statements}
        missing = [name for name in _REQUIRED if name not in groups]
        if (
            missing
            and None in groups
            and any(
                one.block("managed_rule_group_statement").get("name") is UNKNOWN
                for one in statements
            )
        ):
            continue
        if missing:
            yield Violation(acl.address, f"it does not contain {', '.join(missing)}", "rule")


RULE = Rule(
    id="waf-managed-rules",
    title="A web ACL has the managed rules on common attacks.",
    failure="Requests with known attacks reach the application.",
    sources=(
        "CKV_AWS_192",
        "AWS: Baseline rule groups",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Add the missing managed rule groups (setting: `hardening.waf`).",
    violations=_violations,
)
