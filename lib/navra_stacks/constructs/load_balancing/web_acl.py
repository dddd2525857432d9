"""The web ACL before a load balancer, and what it logs."""

from __future__ import annotations

from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleActionBlockCustomResponse,
    Wafv2WebAclRuleActionCount,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionCount,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import Names
from navra_stacks.settings.load_balancing.waf import Waf

__all__ = ["WebAcl"]

COMMON_RULES = "AWSManagedRulesCommonRuleSet"
BODY_SIZE_RULE = "SizeRestrictions_BODY"
BODY_SIZE_LABEL = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"
"""What that rule puts on a request; spelled differently from the rule (AWS WAF Developer Guide,
"Baseline rule groups")."""

REDACTED_HEADERS = ("authorization", "cookie")


class WebAcl(Construct):
    """Blocks known attacks and too many requests before they reach the load balancer.

    Everything that no rule blocks is allowed. The cheap rules come first: reputation of the
    address, then the rate of its requests, then what a request holds. Requests that the reputation
    lists block are not counted towards the rate.

    Capacity (WCU; the basic price covers 1500, 5000 is the limit): reputation 25, anonymous
    addresses 50, rate 2, common rules 700, known bad inputs 200, SQL injection 200, together 1177.
    Body-size exceptions add 1 for the label and 22 for each prefix (2 to compare, 10 for each of
    two transformations), with the ten that settings allow 1398.

    A body over 8 KB is blocked by a rule of the common rule set. Where there are exceptions that
    rule only counts, and a rule of ours blocks by its label on all other paths; a path is decoded
    and normalized before it is compared, so that ``/uploads/../login`` is no exception.

    Requests are not sampled: samples hold the headers that are redacted from the logs (AWS WAF API,
    ``LoggingConfiguration``), and the logs tell the same. AWS WAF lets itself write to the log
    group through the account's resource policy ``AWSWAF-LOGS``, which it keeps by itself.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Waf,
        names: Names,
        load_balancer_arn: str,
        log_retention_days: int,
        kms_key_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        acl = addressed(
            Wafv2WebAcl(
                self,
                "web_acl",
                name=names.web_acl,
                description=f"Before the load balancer of {names.stack}",
                scope="REGIONAL",
                default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
                rule=self._rules(),
                visibility_config=Wafv2WebAclVisibilityConfig(
                    metric_name=names.web_acl,
                    cloudwatch_metrics_enabled=True,
                    sampled_requests_enabled=False,
                ),
            ),
            "web_acl",
        )
        self.arn: str = acl.arn
        self.name: str = acl.name
        # Of the load balancer and the ACL alone: anything more makes the two race (aws#17527).
        addressed(
            Wafv2WebAclAssociation(
                self, "association", resource_arn=load_balancer_arn, web_acl_arn=acl.arn
            ),
            "web_acl_association",
        )
        self._log(names.web_acl_log_group, log_retention_days, kms_key_arn)

    def _rules(self) -> list[Wafv2WebAclRule]:
        rules = [
            self._group(10, "AWSManagedRulesAmazonIpReputationList"),
            self._group(20, "AWSManagedRulesAnonymousIpList"),
            self._rate_limit(30),
            self._group(40, COMMON_RULES),
            self._group(50, "AWSManagedRulesKnownBadInputsRuleSet"),
            self._group(60, "AWSManagedRulesSQLiRuleSet"),
        ]
        if self._settings.body_size_exceptions:
            rules.append(self._body_size(70))
        return rules

    def _group(self, priority: int, name: str) -> Wafv2WebAclRule:
        """A managed rule group, in the version that AWS has as default."""
        group: dict[str, Any] = {"vendor_name": "AWS", "name": name}
        if name == COMMON_RULES and self._settings.body_size_exceptions:
            group["rule_action_override"] = [
                {"name": BODY_SIZE_RULE, "action_to_use": {"count": {}}}
            ]
        counted = name in self._settings.count_only
        return Wafv2WebAclRule(
            name=name,
            priority=priority,
            override_action=(
                Wafv2WebAclRuleOverrideAction(count=Wafv2WebAclRuleOverrideActionCount())
                if counted
                else Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone())
            ),
            statement={"managed_rule_group_statement": group},
            visibility_config=_measured(name),
        )

    def _rate_limit(self, priority: int) -> Wafv2WebAclRule:
        return Wafv2WebAclRule(
            name="rate-limit",
            priority=priority,
            action=(
                Wafv2WebAclRuleAction(
                    block=Wafv2WebAclRuleActionBlock(
                        custom_response=Wafv2WebAclRuleActionBlockCustomResponse(response_code=429)
                    )
                )
                if self._settings.rate_limit_action == "block"
                else Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())
            ),
            statement={
                "rate_based_statement": {
                    "aggregate_key_type": "IP",
                    "limit": self._settings.rate_limit,
                    "evaluation_window_sec": self._settings.rate_window_seconds,
                }
            },
            visibility_config=_measured("rate-limit"),
        )

    def _body_size(self, priority: int) -> Wafv2WebAclRule:
        """Blocks what carries the label and begins with none of the prefixes."""
        labelled = {"label_match_statement": {"scope": "LABEL", "key": BODY_SIZE_LABEL}}
        # Where the rule set itself only counts, its stand-in does no more.
        counted = COMMON_RULES in self._settings.count_only
        return Wafv2WebAclRule(
            name="body-size",
            priority=priority,
            action=(
                Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())
                if counted
                else Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock())
            ),
            statement={
                "and_statement": {
                    "statement": [
                        labelled,
                        *(_not_below(prefix) for prefix in self._settings.body_size_exceptions),
                    ]
                }
            },
            visibility_config=_measured("body-size"),
        )

    def _log(self, name: str, retention_days: int, kms_key_arn: str | None) -> None:
        group = addressed(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=name,
                retention_in_days=retention_days,
                kms_key_id=kms_key_arn,
            ),
            "web_acl_log_group",
        )
        self.log_group_arn: str = group.arn
        self.log_group_name: str = group.name
        addressed(
            Wafv2WebAclLoggingConfiguration(
                self,
                "logging",
                resource_arn=self.arn,
                log_destination_configs=[group.arn],
                redacted_fields=[
                    Wafv2WebAclLoggingConfigurationRedactedFields(
                        single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(
                            name=header
                        )
                    )
                    for header in REDACTED_HEADERS
                ],
            ),
            "web_acl_logging",
        )


def _measured(name: str) -> Wafv2WebAclRuleVisibilityConfig:
    """A metric under the rule's own name; its dimension `WebACL` keeps environments apart."""
    return Wafv2WebAclRuleVisibilityConfig(
        metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=False
    )


def _not_below(prefix: str) -> dict[str, Any]:
    return {
        "not_statement": {
            "statement": [
                {
                    "byte_match_statement": {
                        "field_to_match": {"uri_path": {}},
                        "positional_constraint": "STARTS_WITH",
                        "search_string": prefix,
                        "text_transformation": [
                            {"priority": 0, "type": "URL_DECODE"},
                            {"priority": 1, "type": "NORMALIZE_PATH"},
                        ],
                    }
                }
            ]
        }
    }
