"""The AWS managed rule groups of the web ACL, and the single rules that can count requests."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from navra_stacks.settings.model.base import invalid
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["LABELS", "ManagedRule", "RuleGroup", "group_of"]

_Group = Literal[
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
]

_COMMON = "awswaf:managed:aws:core-rule-set:"
_BAD_INPUTS = "awswaf:managed:aws:known-bad-inputs:"
_SQL = "awswaf:managed:aws:sql-database:"

LABELS: dict[str, dict[str, str]] = {
    "AWSManagedRulesCommonRuleSet": {
        "NoUserAgent_HEADER": f"{_COMMON}NoUserAgent_Header",
        "UserAgent_BadBots_HEADER": f"{_COMMON}BadBots_Header",
        "SizeRestrictions_QUERYSTRING": f"{_COMMON}SizeRestrictions_QueryString",
        "SizeRestrictions_Cookie_HEADER": f"{_COMMON}SizeRestrictions_Cookie_Header",
        "SizeRestrictions_BODY": f"{_COMMON}SizeRestrictions_Body",
        "SizeRestrictions_URIPATH": f"{_COMMON}SizeRestrictions_URIPath",
        "EC2MetaDataSSRF_BODY": f"{_COMMON}EC2MetaDataSSRF_Body",
        "EC2MetaDataSSRF_COOKIE": f"{_COMMON}EC2MetaDataSSRF_Cookie",
        "EC2MetaDataSSRF_URIPATH": f"{_COMMON}EC2MetaDataSSRF_URIPath",
        "EC2MetaDataSSRF_QUERYARGUMENTS": f"{_COMMON}EC2MetaDataSSRF_QueryArguments",
        "GenericLFI_QUERYARGUMENTS": f"{_COMMON}GenericLFI_QueryArguments",
        "GenericLFI_URIPATH": f"{_COMMON}GenericLFI_URIPath",
        "GenericLFI_BODY": f"{_COMMON}GenericLFI_Body",
        "RestrictedExtensions_URIPATH": f"{_COMMON}RestrictedExtensions_URIPath",
        "RestrictedExtensions_QUERYARGUMENTS": f"{_COMMON}RestrictedExtensions_QueryArguments",
        "GenericRFI_QUERYARGUMENTS": f"{_COMMON}GenericRFI_QueryArguments",
        "GenericRFI_BODY": f"{_COMMON}GenericRFI_Body",
        "GenericRFI_URIPATH": f"{_COMMON}GenericRFI_URIPath",
        "CrossSiteScripting_COOKIE": f"{_COMMON}CrossSiteScripting_Cookie",
        "CrossSiteScripting_QUERYARGUMENTS": f"{_COMMON}CrossSiteScripting_QueryArguments",
        "CrossSiteScripting_BODY": f"{_COMMON}CrossSiteScripting_Body",
        "CrossSiteScripting_URIPATH": f"{_COMMON}CrossSiteScripting_URIPath",
    },
    "AWSManagedRulesKnownBadInputsRuleSet": {
        "JavaDeserializationRCE_HEADER": f"{_BAD_INPUTS}JavaDeserializationRCE_Header",
        "JavaDeserializationRCE_BODY": f"{_BAD_INPUTS}JavaDeserializationRCE_Body",
        "JavaDeserializationRCE_URIPATH": f"{_BAD_INPUTS}JavaDeserializationRCE_URIPath",
        "JavaDeserializationRCE_QUERYSTRING": f"{_BAD_INPUTS}JavaDeserializationRCE_QueryString",
        "Host_localhost_HEADER": f"{_BAD_INPUTS}Host_Localhost_Header",
        "PROPFIND_METHOD": f"{_BAD_INPUTS}Propfind_Method",
        "ExploitablePaths_URIPATH": f"{_BAD_INPUTS}ExploitablePaths_URIPath",
        "Log4JRCE_HEADER": f"{_BAD_INPUTS}Log4JRCE_Header",
        "Log4JRCE_QUERYSTRING": f"{_BAD_INPUTS}Log4JRCE_QueryString",
        "Log4JRCE_BODY": f"{_BAD_INPUTS}Log4JRCE_Body",
        "Log4JRCE_URIPATH": f"{_BAD_INPUTS}Log4JRCE_URIPath",
        "ReactJSRCE_BODY": f"{_BAD_INPUTS}ReactJSRCE_Body",
    },
    "AWSManagedRulesSQLiRuleSet": {
        "SQLi_QUERYARGUMENTS": f"{_SQL}SQLi_QueryArguments",
        "SQLiExtendedPatterns_QUERYARGUMENTS": f"{_SQL}SQLiExtendedPatterns_QueryArguments",
        "SQLi_BODY": f"{_SQL}SQLi_Body",
        "SQLiExtendedPatterns_BODY": f"{_SQL}SQLiExtendedPatterns_Body",
        "SQLi_COOKIE": f"{_SQL}SQLi_Cookie",
    },
}
"""The label that each rule adds to a request that it matches, by rule group and rule.

Source: AWS WAF Developer Guide, "Baseline rule groups" and "Use-case specific rule groups". The
spelling of a label differs from that of its rule. The rules on the source address are not listed,
because they are not related to paths; `Waf.count_only` contains their groups.
"""


def group_of(rule: str) -> str | None:
    """Return the rule group of a rule; None for an unknown rule."""
    return next((group for group, rules in LABELS.items() if rule in rules), None)


def _check_group(value: object) -> object:
    known = get_args(_Group)
    if isinstance(value, str) and value not in known:
        raise invalid(
            f"{value!r} is not a supported managed rule group ({', '.join(known)})",
            suggest_repair(value, known),
        )
    return value


def _check_rule(value: object) -> object:
    if isinstance(value, str) and group_of(value) is None:
        known = tuple(rule for rules in LABELS.values() for rule in rules)
        raise invalid(
            f"{value!r} is not a rule of {', '.join(LABELS)}",
            suggest_repair(value, known)
            or "use the name in the AWS WAF log, for example 'GenericLFI_BODY'",
        )
    return value


RuleGroup = Annotated[_Group, BeforeValidator(_check_group)]
"""The name of an AWS managed rule group."""

ManagedRule = Annotated[str, BeforeValidator(_check_rule)]
"""The name of a rule in an AWS managed rule group, for example ``GenericLFI_BODY``."""
