"""A web ACL has a log."""

from __future__ import annotations

from navra_stacks.check.argument_rules import unattached
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


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
    violations=unattached(
        "aws_wafv2_web_acl",
        attached="aws_wafv2_web_acl_logging_configuration",
        argument="resource_arn",
        message="it has no logging configuration",
    ),
)
