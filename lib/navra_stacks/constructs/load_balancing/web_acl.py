"""The AWS WAF web ACL of a load balancer, and its logs."""

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

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.settings.load_balancing.waf import Waf

__all__ = ["WebAcl"]

COMMON_RULES = "AWSManagedRulesCommonRuleSet"
BODY_SIZE_RULE = "SizeRestrictions_BODY"
BODY_SIZE_LABEL = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"
"""The label that `BODY_SIZE_RULE` adds to a request; unlike the rule name, it ends in ``_Body``
(AWS WAF Developer Guide, "Baseline rule groups").
"""

REDACTED_HEADERS = ("authorization", "cookie")


class WebAcl(Construct):
    """Blocks known attacks and excessive request rates in front of a load balancer.

    The default action is to allow. Rules on the source address come first, then the rule on the
    request rate, then rules on the request content. Requests that a rule on the source address
    blocks therefore do not count towards the rate.

    The rules use 1177 web ACL capacity units (WCU): reputation 25, anonymous addresses 50, rate 2,
    common rules 700, known bad inputs 200, SQL injection 200. Exceptions to the body size limit add
    1 for the label and 22 for each prefix (2 to compare, 10 for each of two transformations), so
    with the maximum of ten prefixes the rules use 1398 WCU. The basic price covers 1500 WCU, and
    the limit is 5000.

    A rule in the common rule set blocks request bodies over 8 KB. With exceptions, that rule only
    counts, and an additional rule blocks the labelled requests on all other paths. Paths are
    decoded and normalized before the comparison, so ``/uploads/../login`` does not match the
    exception ``/uploads``.

    Request sampling is off, because samples contain headers that the logs redact (AWS WAF API,
    ``LoggingConfiguration``). AWS WAF itself creates a CloudWatch Logs resource policy in the
    account, ``AWSWAF-LOGS``, that allows AWS WAF to write to the log group.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Waf,
        env: EnvironmentContext,
        load_balancer: ApplicationLoadBalancer,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        acl = with_logical_id(
            Wafv2WebAcl(
                self,
                "web_acl",
                name=env.names.web_acl,
                description=f"Before the load balancer of {env.names.stack}",
                scope="REGIONAL",
                default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
                rule=self._rules(),
                visibility_config=Wafv2WebAclVisibilityConfig(
                    metric_name=env.names.web_acl,
                    cloudwatch_metrics_enabled=True,
                    sampled_requests_enabled=False,
                ),
            ),
            "web_acl",
        )
        self.arn: str = acl.arn
        self.name: str = acl.name
        # With a reference to any other resource, the association can run into a race
        # (terraform-provider-aws #17527).
        with_logical_id(
            Wafv2WebAclAssociation(
                self, "association", resource_arn=load_balancer.arn, web_acl_arn=acl.arn
            ),
            "web_acl_association",
        )
        self._log(env)

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
        """Return the rule that evaluates an AWS managed rule group in its default version."""
        group: dict[str, Any] = {"vendor_name": "AWS", "name": name}
        if name == COMMON_RULES and self._settings.body_size_exceptions:
            group["rule_action_override"] = [
                {"name": BODY_SIZE_RULE, "action_to_use": {"count": {}}}
            ]
        count_only = name in self._settings.count_only
        return Wafv2WebAclRule(
            name=name,
            priority=priority,
            override_action=(
                Wafv2WebAclRuleOverrideAction(count=Wafv2WebAclRuleOverrideActionCount())
                if count_only
                else Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone())
            ),
            statement={"managed_rule_group_statement": group},
            visibility_config=_visibility(name),
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
            visibility_config=_visibility("rate-limit"),
        )

    def _body_size(self, priority: int) -> Wafv2WebAclRule:
        """Return the rule that blocks large bodies, except on paths in `body_size_exceptions`."""
        labelled = {"label_match_statement": {"scope": "LABEL", "key": BODY_SIZE_LABEL}}
        # If the rule group only counts, this rule only counts too.
        count_only = COMMON_RULES in self._settings.count_only
        return Wafv2WebAclRule(
            name="body-size",
            priority=priority,
            action=(
                Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())
                if count_only
                else Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock())
            ),
            statement={
                "and_statement": {
                    "statement": [
                        labelled,
                        *(
                            _path_not_under(prefix)
                            for prefix in self._settings.body_size_exceptions
                        ),
                    ]
                }
            },
            visibility_config=_visibility("body-size"),
        )

    def _log(self, env: EnvironmentContext) -> None:
        group = with_logical_id(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=env.names.web_acl_log_group,
                retention_in_days=env.log_retention_days,
                kms_key_id=env.kms_key_arn,
            ),
            "web_acl_log_group",
        )
        self.log_group_arn: str = group.arn
        self.log_group_name: str = group.name
        with_logical_id(
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


def _visibility(name: str) -> Wafv2WebAclRuleVisibilityConfig:
    """Return the visibility settings of a rule, with a metric named after the rule."""
    return Wafv2WebAclRuleVisibilityConfig(
        metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=False
    )


def _path_not_under(prefix: str) -> dict[str, Any]:
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
