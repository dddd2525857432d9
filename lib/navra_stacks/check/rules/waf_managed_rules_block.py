"""The managed rules of a web ACL block requests."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_REQUIRED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for acl in document.all("aws_wafv2_web_acl"):
        counting = [
            name
            for rule in acl.blocks("rule")
            if not rule.block("override_action").is_absent("count")
            or rule.block("override_action").body.get("count") == {}
            if (
                name := rule.block("statement").block("managed_rule_group_statement").string("name")
            )
            in _REQUIRED
        ]
        if counting:
            yield Violation(
                acl.address,
                f"{', '.join(counting)} only count{'s' * (len(counting) == 1)}",
                "rule.override_action.count",
            )


RULE = Rule(
    id="waf-managed-rules-block",
    title="The managed rules of a web ACL block requests.",
    failure="The rules only count the attacks that reach the application.",
    sources=("AWS: Testing and tuning your AWS WAF protections",),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `override_action` to `none` once the counted requests have been reviewed (setting: "
        "`hardening.waf`)."
    ),
    violations=_violations,
)
